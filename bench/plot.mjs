/** A plot as SVG that is read on light and on dark pages: powers of ten below, from 0 up at the left. */

const [width, height] = [720, 400];
const area = { left: 64, top: 56, right: width - 24, bottom: height - 56 };

const style = `
  svg { --paper: #ffffff; --ink: #1f2328; --faint: #d1d9e0; --series-0: #0969da; --series-1: #bc4c00; --series-2: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #f0f6fc; --faint: #3d444d; --series-0: #4493f8; --series-1: #f0883e; --series-2: #3fb950 }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--ink) }
  .title { font-size: 15px; font-weight: 600 }
  .paper { fill: var(--paper) }
  .grid { stroke: var(--faint) }
  .line { fill: none; stroke-width: 2 }`;

/** The least of 1, 2 and 5 times a power of ten with which at most five steps reach the greatest value. */
function stepFor(greatest) {
  const power = 10 ** Math.floor(Math.log10(greatest / 5));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step * 5 >= greatest);
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const place = (number) => Number(number.toFixed(1));

/**
 * Each series is `{name, points}` of `{x, min, median, max}`; of a point the median is on the line, and an upright stroke
 * goes from the least to the greatest.
 */
export function plot({ title, xLabel, yLabel, series }) {
  const points = series.flatMap((one) => one.points);
  const [first, last] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))].map(Math.log10);
  const step = stepFor(Math.max(...points.map(({ max }) => max)));
  const top = step * Math.ceil(Math.max(...points.map(({ max }) => max)) / step);
  const xOf = (x) => place(area.left + ((Math.log10(x) - first) / (last - first)) * (area.right - area.left));
  const yOf = (y) => place(area.bottom - (y / top) * (area.bottom - area.top));

  const parts = [`<text class="title" x="${area.left}" y="24">${escaped(title)}</text>`];
  for (let y = 0; y <= top + step / 2; y += step) {
    parts.push(`<path class="grid" d="M${area.left} ${yOf(y)}H${area.right}"/>`);
    parts.push(`<text x="${area.left - 8}" y="${yOf(y) + 4}" text-anchor="end">${Number(y.toPrecision(3))}</text>`);
  }
  for (let power = Math.ceil(first); power <= last; power++) {
    const x = xOf(10 ** power);
    parts.push(`<path class="grid" d="M${x} ${area.top}V${area.bottom}"/>`);
    const anchor = power === last ? "end" : "middle";
    parts.push(
      `<text x="${x}" y="${area.bottom + 20}" text-anchor="${anchor}">${(10 ** power).toLocaleString("en")}</text>`,
    );
  }
  parts.push(
    `<text x="${(area.left + area.right) / 2}" y="${height - 12}" text-anchor="middle">${escaped(xLabel)}</text>`,
  );
  parts.push(`<text x="${area.left}" y="44">${escaped(yLabel)}</text>`);
  const color = (i) => `var(--series-${i})`;
  for (const [i, { points }] of series.entries()) {
    const line = points.map(({ x, median }) => `${xOf(x)} ${yOf(median)}`).join("L");
    const strokes = points.map(({ x, min, max }) => `M${xOf(x)} ${yOf(min)}V${yOf(max)}`).join("");
    parts.push(`<path class="line" stroke="${color(i)}" d="M${line}${strokes}"/>`);
    for (const { x, median } of points)
      parts.push(`<circle cx="${xOf(x)}" cy="${yOf(median)}" r="3.5" fill="${color(i)}"/>`);
  }
  const legend = series.map(({ name }, i) => `<tspan fill="${color(i)}" dx="14">●</tspan> ${escaped(name)}`).join("");
  parts.push(`<text x="${area.right}" y="44" text-anchor="end">${legend}</text>`);
  const box = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const paper = `<rect class="paper" width="${width}" height="${height}"/>`;
  const label = `role="img" aria-label="${escaped(title).replaceAll('"', "&quot;")}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} ${label}>\n<style>${style}\n</style>\n${[paper, ...parts].join("\n")}\n</svg>\n`;
}

/** Of the results of `growth`, by the names of files. */
export function growthPlots(results) {
  const grown = results.filter(({ work }) => work.startsWith("growth:"));
  const series = (key, shown) =>
    Object.entries(shown).map(([contestant, name]) => ({
      name,
      points: grown.map(({ records, contestants }) => ({
        x: records,
        ...contestants.find(({ name }) => name === contestant)[key],
      })),
    }));
  const names = { "crm-sync": "crm-sync", "JavaScript, tuned": "JavaScript, tuned" };
  const xLabel = "records of a stream";
  return {
    "growth-time.svg": plot({
      title: "Time a record, by the length of a stream",
      xLabel,
      yLabel: "µs",
      series: series("microseconds_per_record", names),
    }),
    "growth-memory.svg": plot({
      title: "Peak memory, by the length of a stream",
      xLabel,
      yLabel: "MiB",
      series: [
        ...series("peak_memory_mib", { "crm-sync": "crm-sync's process", "JavaScript, tuned": "JavaScript's process" }),
        ...series("wasm_memory_mib", { "crm-sync": "crm-sync's WebAssembly" }),
      ],
    }),
  };
}
