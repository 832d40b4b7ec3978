// The editor's desk: the panel follows a check, and unsaved text is checked while it is typed.
// Without JavaScript a reload shows the state, and "Save and submit for check" does the checking.
const FIELDS = ["title", "slug", "teaser", "body", "seo_title", "seo_description", "image_alt", "image_caption"];
const PAUSE = 700;

const formOf = () => document.querySelector("form[id$='_form'] [name=version]")?.form;

const poll = async () => {
  const panel = document.getElementById("desk-panel");
  if (!panel || !panel.dataset.poll) return;
  const live = document.getElementById("live");
  const answer = await fetch(panel.dataset.poll, { credentials: "same-origin" });
  if (answer.ok) {
    panel.outerHTML = await answer.text();
    const heading = document.querySelector("#desk-panel .desk-actions");
    if (live && heading && !document.getElementById("live")) heading.after(live);
  }
  setTimeout(poll, 1000);
};

let waiting, last = "";
const check = async () => {
  const form = formOf();
  const live = document.getElementById("live");
  if (!form || !live) return;
  const body = new URLSearchParams();
  for (const name of FIELDS) body.set(name, form.elements[name]?.value ?? "");
  if (body.toString() === last) return;
  last = body.toString();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  try {
    const answer = await fetch(live.dataset.check, { method: "POST", body, credentials: "same-origin" });
    if (answer.status === 429) last = "";
    if (answer.ok || answer.status === 413 || answer.status === 429) {
      document.getElementById("live-findings").innerHTML = await answer.text();
      live.hidden = false;
      document.getElementById("stored-findings")?.setAttribute("hidden", "");
    }
  } catch { last = ""; }
};

// A quote may run over several text nodes of the rich-text editor.
const rangeOf = (root, quote) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let text = "", node;
  const nodes = [];
  while ((node = walker.nextNode())) { nodes.push([text.length, node]); text += node.data; }
  const start = text.indexOf(quote);
  if (start < 0) return null;
  const at = (place, end) => {
    const [offset, found] = nodes.filter(([o]) => (end ? o < place : o <= place)).pop();
    return [found, place - offset];
  };
  const range = document.createRange();
  range.setStart(...at(start, false));
  range.setEnd(...at(start + quote.length, true));
  return range;
};

const insert = ({ field, quote, say }) => {
  const form = formOf();
  const input = form?.elements[field];
  if (!input) return;
  if (field !== "body") {
    if (input.value.includes(quote)) input.value = input.value.replace(quote, () => say);
    else input.value = `${input.value} ${say}`.trim();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
    return;
  }
  const editor = form.querySelector(".tiptap[contenteditable=true]");
  const range = editor && rangeOf(editor, quote);
  if (!range) return navigator.clipboard?.writeText(say);
  editor.focus();
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  setTimeout(() => document.execCommand("insertText", false, say), 30);
};

const count = () => {
  for (const [name, usual] of [["seo_title", 60], ["seo_description", 155]]) {
    const input = document.querySelector(`[name=${name}]`);
    if (!input) continue;
    const shown = document.createElement("span");
    shown.className = "counter";
    input.after(shown);
    const tell = () => {
      shown.textContent = `${input.value.length} / ${usual}`;
      shown.classList.toggle("over", input.value.length > usual);
    };
    input.addEventListener("input", tell);
    tell();
  }
};

document.addEventListener("DOMContentLoaded", () => {
  setTimeout(poll, PAUSE);
  count();
  formOf()?.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(check, PAUSE); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.insert");
    if (!button) return;
    insert(button.dataset);
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE);
  });
});
