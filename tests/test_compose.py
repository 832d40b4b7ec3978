"""docker-compose.yml is valid, starts what `make run` starts, and holds no secret."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = {"web", "worker", "scheduler"}


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def processes() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line)


def interpolated() -> dict[str, Any]:
    """Return the file with its variables filled in, as Compose does before it validates."""
    text = (ROOT / "docker-compose.yml").read_text()
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
    loaded: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{\w+:\?[^}]*\}", "given", text))
    return loaded


def test_compose_file_fits_the_specification() -> None:
    parsed = PyCompose.from_yaml(yaml.safe_dump(interpolated()))
    assert set(parsed.service_names()) == PROCESSES | {"migrate", "db", "broker"}


@pytest.mark.parametrize("broken", [{"ports": 5}, {"healthcheck": {"test": 5}}])
def test_a_broken_compose_file_does_not_fit(broken: dict[str, Any]) -> None:
    loaded = interpolated()
    loaded["services"]["web"] |= broken
    with pytest.raises(ValueError, match=r"services\.web"):
        PyCompose.from_yaml(yaml.safe_dump(loaded))


def test_services_run_the_processes_of_make_run(compose: dict[str, Any]) -> None:
    assert set(processes()) == PROCESSES
    for name in PROCESSES:
        assert compose["services"][name]["command"] == ["honcho", "start", "--no-prefix", name]


def test_every_lasting_service_has_a_health_check(compose: dict[str, Any]) -> None:
    lasting = set(compose["services"]) - {"migrate"}
    assert lasting == PROCESSES | {"db", "broker"}
    assert all("healthcheck" in compose["services"][name] for name in lasting)


def test_health_check_of_the_scheduler_sees_the_scheduler_and_not_itself(
    compose: dict[str, Any],
) -> None:
    _kind, _python, *arguments = compose["services"]["scheduler"]["healthcheck"]["test"]
    command = [sys.executable, *arguments]
    sought = re.search(r"any\('(.+)' in", arguments[-1])
    assert sought
    assert sought[1].replace("\\0", "\0") not in "\0".join(command)
    asleep = [sys.executable, "-c", "import time; time.sleep(30)", "manage.py", "scheduler"]
    with subprocess.Popen(asleep) as process:
        assert subprocess.run(command, check=False).returncode == 0
        process.kill()


def test_health_check_of_the_web_process_is_let_in_whatever_hosts_are_set(
    compose: dict[str, Any],
) -> None:
    hosts = compose["services"]["web"]["environment"]["ALLOWED_HOSTS"]
    assert hosts == "${ALLOWED_HOSTS:-localhost},127.0.0.1"


def test_compose_file_holds_no_secret() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    values = re.findall(r"(?:PASSWORD|SECRET_KEY): (.+)", text)
    assert values
    assert all(value.startswith("${") for value in values)


def test_image_runs_as_an_ordinary_user() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "\nUSER shop\n" in text
    assert "--require-hashes" in text
