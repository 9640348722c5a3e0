"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const view = document.getElementById("view");
const picture = view.querySelector("svg");
const panel = document.getElementById("panel");
const whole = picture.viewBox.baseVal;
const size = { width: whole.width, height: whole.height };
let box = { x: 0, y: 0, ...size };
let chosen = null;

picture.removeAttribute("width");
picture.removeAttribute("height");
picture.setAttribute("preserveAspectRatio", "xMidYMid meet");

function show() {
  picture.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
}

// The picture is never drawn larger than it is.
function fit() {
  const scale = Math.max(size.width / view.clientWidth, size.height / view.clientHeight, 1);
  const width = view.clientWidth * scale;
  const height = view.clientHeight * scale;
  box = { x: (size.width - width) / 2, y: (size.height - height) / 2, width, height };
  show();
}

function point(event) {
  const frame = picture.getBoundingClientRect();
  const scale = box.width / frame.width;
  return { x: box.x + (event.clientX - frame.left) * scale, y: box.y + (event.clientY - frame.top) * scale };
}

function zoom(factor, at) {
  const middle = at || { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const width = Math.min(Math.max(box.width * factor, 120), size.width * 20);
  const by = width / box.width;
  box = {
    x: middle.x - (middle.x - box.x) * by,
    y: middle.y - (middle.y - box.y) * by,
    width,
    height: box.height * by,
  };
  show();
}

function move(x, y) {
  const scale = box.width / picture.getBoundingClientRect().width;
  box = { ...box, x: box.x - x * scale, y: box.y - y * scale };
  show();
}

view.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(Math.min(Math.max(event.deltaY, -100), 100) * 0.003), point(event));
}, { passive: false });

const held = new Map();
let dragged = 0;
view.addEventListener("pointerdown", (event) => {
  held.set(event.pointerId, event);
  dragged = 0;
});
view.addEventListener("pointermove", (event) => {
  const before = held.get(event.pointerId);
  if (!before) return;
  const others = [...held.values()].filter((one) => one.pointerId !== event.pointerId);
  if (others.length) {
    const far = (one) => Math.hypot(one.clientX - others[0].clientX, one.clientY - others[0].clientY);
    zoom(far(before) / Math.max(far(event), 1), point(others[0]));
    dragged = 9;
  } else {
    move(event.clientX - before.clientX, event.clientY - before.clientY);
    dragged += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
  }
  if (dragged > 4 && !view.hasPointerCapture(event.pointerId)) {
    view.setPointerCapture(event.pointerId);
    view.classList.add("moving");
  }
  held.set(event.pointerId, event);
});
for (const name of ["pointerup", "pointercancel"]) {
  view.addEventListener(name, (event) => {
    held.delete(event.pointerId);
    view.classList.remove("moving");
  });
}

view.addEventListener("click", (event) => {
  if (dragged > 4) return;
  choose(event.target.closest(".node, .box"));
});

function choose(group) {
  if (chosen) chosen.classList.remove("chosen");
  chosen = group && data.parts[group.id] ? group : null;
  panel.hidden = !chosen;
  if (!chosen) return;
  chosen.classList.add("chosen");
  tell(data.parts[group.id]);
  const hidden = group.getBoundingClientRect().right + 16 - panel.getBoundingClientRect().left;
  if (hidden > 0) move(-hidden, 0);
}

function tell(part) {
  document.getElementById("name").textContent = part.name;
  document.getElementById("kind").textContent = part.kind || part.role || "";
  const facts = document.getElementById("facts");
  facts.replaceChildren();
  for (const [word, text] of [["shape", part.shape], ["weight", part.weight], ["holds", part.count], ["penalty", part.notes], ["about", part.about]]) {
    if (!text) continue;
    facts.append(element("dt", word), element("dd", text));
  }
  const texts = document.getElementById("texts");
  texts.replaceChildren();
  excerpt(texts, "spec", "In the spec", part.spec);
  excerpt(texts, "code", `In the generated module (${data.style})`, part.code);
}

function excerpt(parent, id, title, lines) {
  if (!lines) return;
  const shown = element("pre", lines[1]);
  shown.id = id;
  parent.append(element("h3", `${title}, line ${lines[0]}`), shown);
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

for (const node of picture.querySelectorAll(".node")) {
  if (!data.parts[node.id]) continue;
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "button");
}

document.getElementById("in").addEventListener("click", () => zoom(0.8));
document.getElementById("out").addEventListener("click", () => zoom(1.25));
document.getElementById("fit").addEventListener("click", fit);
document.getElementById("close").addEventListener("click", () => choose(null));
document.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  if (event.key === "+" || event.key === "=") zoom(0.8);
  else if (event.key === "-") zoom(1.25);
  else if (event.key === "0") fit();
  else if (event.key === "Escape") choose(null);
  else if (steps[event.key] && !event.target.closest("aside")) move(...steps[event.key]);
  else if (event.key === "Enter" && event.target.closest(".node")) choose(event.target.closest(".node"));
});
window.addEventListener("resize", fit);
fit();
