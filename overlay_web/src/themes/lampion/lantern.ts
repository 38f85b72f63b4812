const SVG = "http://www.w3.org/2000/svg";

/** A paper lantern on its cord, drawn in place: an image file would come a frame late, and a data: URL not at all. */
export function drawLantern(name: string): SVGSVGElement {
  const lantern = shape("svg", { class: name, viewBox: "0 0 96 190", "aria-hidden": "true" }) as SVGSVGElement;
  lantern.append(
    shape("path", { class: "paper", d: "M30 36h36c22 12 28 28 28 42s-6 30-28 42H30C8 108 2 92 2 78s6-30 28-42z" }),
    shape("path", { class: "light", d: "M38 38h20c12 12 15 27 15 40s-3 28-15 40H38C26 106 23 91 23 78s3-28 15-40z" }),
    shape("path", {
      class: "rib",
      d: "M48 36v84M34 36C20 50 15 64 15 78s5 28 19 42M62 36c14 14 19 28 19 42s-5 28-19 42",
    }),
    shape("path", {
      class: "rim",
      d: "M28 26h40a4 4 0 0 1 4 4v8H24v-8a4 4 0 0 1 4-4zM24 118h48v8a4 4 0 0 1-4 4H28a4 4 0 0 1-4-4z",
    }),
    shape("path", { class: "cord", d: "M48 0v26M48 130v14" }),
    shape("path", { class: "tassel", d: "M42 144h12l3 40h-6l-2-26h-2l-2 26h-6z" }),
  );
  return lantern;
}

/** What hangs below a plate that is worth more than a small one. */
export function drawTassel(): SVGSVGElement {
  const tassel = shape("svg", { class: "tassels", viewBox: "0 0 48 92", "aria-hidden": "true" }) as SVGSVGElement;
  tassel.append(
    shape("path", { class: "cord", d: "M24 0v18" }),
    shape("circle", { class: "bead", cx: 24, cy: 24, r: 8 }),
    shape("path", { class: "tassel", d: "M15 32h18l5 56h-7l-3-36h-1v36h-6V52h-1l-3 36h-7z" }),
  );
  return tassel;
}

function shape(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  return made;
}
