/** Colours made from the tenant's one, each readable where it is used (WCAG 2.2, 1.4.3: at least 4.5 to 1). */
export interface Palette {
  brand: string;
  onBrand: string;
  /** For text and icons on a light panel. */
  accent: string;
  /** For text and icons on a dark panel. */
  accentDark: string;
}

type Rgb = [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [15, 23, 32];
const DARK_PANEL: Rgb = [36, 42, 51];
const LIGHT_PANEL: Rgb = [238, 242, 245];
const READABLE = 4.5;

/** `colour` is #rrggbb. */
export function palette(colour: string): Palette {
  const brand = parse(colour);
  return {
    brand: colour,
    onBrand: hex(contrast(brand, WHITE) >= READABLE ? WHITE : INK),
    accent: hex(until(brand, [0, 0, 0], LIGHT_PANEL)),
    accentDark: hex(until(brand, WHITE, DARK_PANEL)),
  };
}

/** WCAG's contrast ratio, 1 to 21 (w3.org/TR/WCAG22/#dfn-contrast-ratio). */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export function parse(colour: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as Rgb;
}

function until(colour: Rgb, towards: Rgb, background: Rgb): Rgb {
  let mixed = colour;
  for (let share = 0; share <= 1 && contrast(mixed, background) < READABLE; share += 0.05) {
    mixed = colour.map((value, i) => Math.round(value + ((towards[i] as number) - value) * share)) as Rgb;
  }
  return mixed;
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function hex(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
