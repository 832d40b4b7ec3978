// While a check is under way the panel fetches itself anew; without JavaScript a reload does it.
const poll = async () => {
  const panel = document.getElementById("desk-panel");
  if (!panel || !panel.dataset.poll) return;
  const answer = await fetch(panel.dataset.poll, { credentials: "same-origin" });
  if (answer.ok) panel.outerHTML = await answer.text();
  setTimeout(poll, 1000);
};
document.addEventListener("DOMContentLoaded", () => setTimeout(poll, 700));
