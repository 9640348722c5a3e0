"use strict";
// The values under the pointer: one epoch in all charts at once, read off the table.
const data = JSON.parse(document.getElementById("data").textContent);
const rows = document.getElementById("epochs").tBodies[0].rows;
const charts = [...document.querySelectorAll(".chart")].map((figure) => {
  const svg = figure.querySelector("svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  line.setAttribute("class", "cross");
  return {
    svg,
    line,
    columns: data.charts[figure.dataset.chart],
    at: figure.querySelector(".at"),
    values: [...figure.querySelectorAll("output .train, output .val, li b")],
    first: Number(svg.dataset.first),
    last: Number(svg.dataset.last),
  };
});
const end = data.epochs.length - 1;
let shown = end;

function x(chart, index) {
  const whole = data.epochs[end] - data.epochs[0];
  const part = whole ? (data.epochs[index] - data.epochs[0]) / whole : 0;
  return chart.first + (chart.last - chart.first) * part;
}

// Which epoch is nearest to a point of a chart.
function nearest(chart, event) {
  const frame = chart.svg.getBoundingClientRect();
  const at = ((event.clientX - frame.left) / frame.width) * chart.svg.viewBox.baseVal.width;
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x(chart, middle) + x(chart, middle + 1)) / 2 < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function show(index, said) {
  rows[shown].classList.remove("chosen");
  shown = index;
  if (said) rows[index].classList.add("chosen");
  for (const chart of charts) {
    chart.at.textContent = said ? `epoch ${data.epochs[index]}` : "last";
    chart.values.forEach((value, place) => {
      const column = chart.columns[place];
      value.textContent = column ? rows[index].cells[column].textContent : "";
    });
    if (!said) {
      chart.line.remove();
      continue;
    }
    const place = x(chart, index);
    chart.line.setAttribute("x1", place);
    chart.line.setAttribute("x2", place);
    chart.line.setAttribute("y1", 8);
    chart.line.setAttribute("y2", 164);
    chart.svg.append(chart.line);
  }
}

for (const chart of end < 0 ? [] : charts) {
  chart.svg.addEventListener("pointermove", (event) => show(nearest(chart, event), true));
  chart.svg.addEventListener("pointerdown", (event) => show(nearest(chart, event), true));
  chart.svg.addEventListener("pointerleave", () => show(end, false));
  chart.svg.addEventListener("blur", () => show(end, false));
  chart.svg.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: end };
    if (!(event.key in steps)) return;
    event.preventDefault();
    show(Math.min(Math.max(steps[event.key], 0), end), true);
  });
}
