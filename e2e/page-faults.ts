/** What a page does wrong for people who use a keyboard, a screen reader, a phone, or a dark screen. */
import type { Page } from "playwright-core";

/** The color schemes that pages are looked at in. */
export const bothSchemes = ["light", "dark"] as const;

/** The faults of the page as it stands, a sentence each. */
export async function faultsOf(page: Page): Promise<string[]> {
  const where = new URL(page.url()).pathname + new URL(page.url()).search;
  const faults = await page.evaluate<string[]>(`(() => {
    const found = [];
    const all = (selector) => [...document.querySelectorAll(selector)];
    const short = (element) => element.outerHTML.slice(0, 90);
    if (all("h1").length !== 1) found.push(\`\${all("h1").length} headings of the first level\`);
    if (all("main").length !== 1) found.push("no main landmark");
    if (document.documentElement.lang === "") found.push("no language");
    for (const field of all("input:not([type=hidden]), select, textarea")) {
      const labels = field.labels?.length ?? 0;
      if (labels === 0 && !field.getAttribute("aria-label")) found.push(\`no label: \${short(field)}\`);
    }
    for (const pressed of all("button, a[href]")) {
      if (!pressed.textContent?.trim() && !pressed.getAttribute("aria-label"))
        found.push(\`no name: \${short(pressed)}\`);
    }
    const ids = all("[id]").map(({ id }) => id);
    for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
      found.push(\`id \${id} twice\`);
    if (document.documentElement.scrollWidth > innerWidth)
      found.push(\`\${document.documentElement.scrollWidth} wide on a screen of \${innerWidth}\`);

    const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = (color) => {
      const [r = 0, g = 0, b = 0] = color.map((part) =>
        part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const color = rgb(getComputedStyle(at).backgroundColor);
        if ((color[3] ?? 1) > 0) return color.slice(0, 3);
      }
      return [255, 255, 255];
    };
    const dim = new Set();
    for (const element of all("body *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      if (!own || element.closest(".skip, style, option")) continue;
      const [a, b] = [
        luminance(rgb(getComputedStyle(element).color).slice(0, 3)),
        luminance(backgroundOf(element)),
      ];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) dim.add(\`contrast \${ratio.toFixed(1)}: \${element.tagName} \${element.className}\`);
    }
    return [...found, ...dim];
  })()`);
  return faults.map((fault) => `${where}: ${fault}`);
}
