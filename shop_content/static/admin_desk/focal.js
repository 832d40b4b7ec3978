// The image desk: a click on the picture sets the focal point; the fields do the same by hand.
addEventListener("DOMContentLoaded", () => {
  const frame = document.querySelector(".desk-focal");
  const picture = frame?.querySelector("img");
  const fields = ["x", "y"].map((axis) => document.getElementById(`id_focal_${axis}`));
  if (!picture || fields.includes(null)) return;
  const mark = frame.appendChild(document.createElement("i"));
  const show = () => {
    const [x, y] = fields.map((field) => Math.min(1, Math.max(0, parseFloat(field.value) || 0)));
    mark.style.left = `${x * picture.clientWidth}px`;
    mark.style.top = `${y * picture.clientHeight}px`;
  };
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    fields[0].value = ((event.clientX - box.left) / box.width).toFixed(3);
    fields[1].value = ((event.clientY - box.top) / box.height).toFixed(3);
    show();
  });
  fields.forEach((field) => field.addEventListener("input", show));
  addEventListener("resize", show);
  if (picture.complete) show(); else picture.addEventListener("load", show);
});
