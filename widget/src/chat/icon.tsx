/** Paths on a 24 by 24 grid, drawn with strokes. */
export const SHUT = "M6 6l12 12M18 6 6 18";
export const SEND = "M5 12h13M12 5l7 7-7 7";
export const DOWN = "m6 9 6 6 6-6";
export const OUT = "M14 5h5v5M19 5l-9 9M11 6H6v12h12v-5";
export const STOP = "M7 7h10v10H7Z";
export const CLIP = "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4L14.5 7";
export const FILE = "M13 3H6v18h12V8ZM13 3v5h5";
export const UPWARDS = "M7 11v9H4v-9ZM7 11l4-8c1.5 0 2.5 1 2.5 2.5V9H19a1.5 1.5 0 0 1 1.5 1.8l-1.4 7A2.5 2.5 0 0 1 16.7 20H7";
export const DOWNWARDS = "M17 13V4h3v9ZM17 13l-4 8c-1.5 0-2.5-1-2.5-2.5V15H5a1.5 1.5 0 0 1-1.5-1.8l1.4-7A2.5 2.5 0 0 1 7.3 4H17";
export const WARN = "M12 8v5M12 16.5h.01M12 3 2.5 20h19Z";

export function Icon({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
