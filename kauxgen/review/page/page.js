"use strict";
const data = JSON.parse(document.getElementById("data").textContent);

// A picture that can be dragged and zoomed, in the frame around it.
class View {
  constructor(figure) {
    this.frame = figure.querySelector(".view");
    this.svg = this.frame.querySelector("svg");
    const whole = this.svg.viewBox.baseVal;
    this.size = { width: whole.width, height: whole.height };
    this.held = new Map();
    this.dragged = 0;
    this.svg.removeAttribute("width");
    this.svg.removeAttribute("height");
    this.buttons(figure.querySelector("figcaption"));
    this.frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.frame.addEventListener("pointerdown", (event) => this.take(event));
    this.frame.addEventListener("pointermove", (event) => this.drag(event));
    this.frame.addEventListener("pointerup", (event) => this.drop(event));
    this.frame.addEventListener("pointercancel", (event) => this.drop(event));
    this.frame.addEventListener("keydown", (event) => this.key(event));
  }

  buttons(caption) {
    const bar = caption.appendChild(document.createElement("span"));
    bar.className = "zoom";
    for (const [text, title, act] of [
      ["+", "Zoom in", () => this.zoom(0.8)],
      ["−", "Zoom out", () => this.zoom(1.25)],
      ["Fit", "Show all", () => this.fit()],
    ]) {
      const button = bar.appendChild(document.createElement("button"));
      button.textContent = text;
      button.title = title;
      button.addEventListener("click", act);
    }
  }

  show() {
    const { x, y, width, height } = this.box;
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  }

  // How far the picture must be shrunk to be seen whole; it is never drawn larger than it is.
  need() {
    const { clientWidth, clientHeight } = this.frame;
    return Math.max(this.size.width / clientWidth, this.size.height / clientHeight, 1);
  }

  fit(scale = this.need()) {
    const { clientWidth, clientHeight } = this.frame;
    if (!clientWidth) return;
    const width = clientWidth * scale;
    const height = clientHeight * scale;
    this.box = { x: (this.size.width - width) / 2, y: (this.size.height - height) / 2, width, height };
    if (this.size.height < height) this.box.y = 0;
    this.show();
  }

  scale() {
    return this.box.width / this.frame.getBoundingClientRect().width;
  }

  point(event) {
    const frame = this.frame.getBoundingClientRect();
    return {
      x: this.box.x + (event.clientX - frame.left) * this.scale(),
      y: this.box.y + (event.clientY - frame.top) * this.scale(),
    };
  }

  zoom(factor, at) {
    const { x, y } = at || { x: this.box.x + this.box.width / 2, y: this.box.y + this.box.height / 2 };
    const width = Math.min(Math.max(this.box.width * factor, 120), this.size.width * 20);
    const by = width / this.box.width;
    this.box = { x: x - (x - this.box.x) * by, y: y - (y - this.box.y) * by, width, height: this.box.height * by };
    this.show();
  }

  move(x, y) {
    const scale = this.scale();
    this.box = { ...this.box, x: this.box.x - x * scale, y: this.box.y - y * scale };
    this.show();
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(Math.exp(Math.min(Math.max(event.deltaY, -100), 100) * 0.003), this.point(event));
  }

  take(event) {
    this.held.set(event.pointerId, event);
    this.dragged = 0;
  }

  drag(event) {
    const before = this.held.get(event.pointerId);
    if (!before) return;
    const other = [...this.held.values()].find((one) => one.pointerId !== event.pointerId);
    if (other) {
      const far = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      this.zoom(far(before) / Math.max(far(event), 1), this.point(other));
      this.dragged = 9;
    } else {
      this.move(event.clientX - before.clientX, event.clientY - before.clientY);
      this.dragged += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
    }
    if (this.dragged > 4 && !this.frame.hasPointerCapture(event.pointerId)) {
      this.frame.setPointerCapture(event.pointerId);
      this.frame.classList.add("moving");
    }
    this.held.set(event.pointerId, event);
  }

  drop(event) {
    this.held.delete(event.pointerId);
    this.frame.classList.remove("moving");
  }

  key(event) {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (event.key === "+" || event.key === "=") this.zoom(0.8);
    else if (event.key === "-") this.zoom(1.25);
    else if (event.key === "0") this.fit();
    else if (steps[event.key]) this.move(...steps[event.key]);
    else return;
    event.preventDefault();
  }

  // Bring parts to the middle, large enough to be read.
  find(parts) {
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const frame = this.frame.getBoundingClientRect();
    const left = Math.min(...boxes.map((box) => box.left));
    const right = Math.max(...boxes.map((box) => box.right));
    const top = Math.min(...boxes.map((box) => box.top));
    const bottom = Math.max(...boxes.map((box) => box.bottom));
    this.move(frame.left + frame.width / 2 - (left + right) / 2, frame.top + frame.height / 2 - (top + bottom) / 2);
    const fits = Math.max((right - left) / frame.width, (bottom - top) / frame.height) * 1.3;
    const wanted = Math.max(fits, 1 / Math.max(this.scale(), 1));
    if (wanted < 1 || fits > 1) this.zoom(wanted);
  }
}

// What became of one spec: a list of items, and the parts that each is about.
class Section {
  constructor(place) {
    this.element = document.getElementById(`s${place}`);
    this.items = [...this.element.querySelectorAll(".item")];
    this.views = {};
    this.of = new Map();
    for (const side of ["old", "new"]) {
      const figure = this.element.querySelector(`figure.${side}`);
      if (figure) this.views[side] = new View(figure);
      data[place][side].forEach((ids, item) => this.link(ids, item));
    }
    this.place = place;
    for (const item of this.items) {
      item.querySelector("summary").addEventListener("click", () => this.choose(item));
    }
    for (const [side, view] of Object.entries(this.views)) {
      view.frame.addEventListener("click", (event) => this.click(view, event.target));
    }
  }

  link(ids, item) {
    for (const id of ids) {
      if (!this.of.has(id)) this.of.set(id, item);
      const part = document.getElementById(id);
      part.classList.add("linked");
    }
  }

  click(view, target) {
    if (view.dragged > 4) return;
    const part = target.closest(".linked");
    const wanted = part ? String(this.of.get(part.id)) : "";
    const item = this.items.find((one) => one.dataset.item === wanted);
    if (item) {
      item.open = true;
      item.scrollIntoView({ block: "nearest" });
    }
    this.choose(item, view);
  }

  // Mark an item and its parts, and show them where they are not in view.
  choose(item, from) {
    for (const each of this.element.querySelectorAll(".chosen")) each.classList.remove("chosen");
    if (!item) return;
    item.classList.add("chosen");
    for (const [side, view] of Object.entries(this.views)) {
      const ids = data[this.place][side][item.dataset.item] || [];
      const parts = ids.map((id) => document.getElementById(id));
      for (const part of parts) part.classList.add("chosen");
      if (parts.length && view !== from) view.find(parts);
    }
  }

  // Both pictures have one scale, so that the same node has the same size.
  fit() {
    const views = Object.values(this.views);
    const scale = Math.max(...views.map((view) => view.need()));
    for (const view of views) view.fit(scale);
  }
}

const sections = data.map((_, place) => new Section(place));

function only(id) {
  for (const section of sections) section.element.hidden = section.element.id !== id;
  for (const section of sections) section.fit();
}

sections.forEach((section) => section.fit());

const choice = document.getElementById("choice");
if (choice) {
  choice.addEventListener("change", () => only(choice.value));
  only(choice.value);
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") sections.forEach((section) => section.choose(null));
});
window.addEventListener("resize", () => sections.forEach((section) => section.fit()));
