import { Markup } from './html.ts';

/**
 * The symbols of our messages as drawings: Slack draws its own too, and a machine without an emoji font shows the same page as any other.
 * Everything else in a text is left to the reader's fonts.
 */
const DRAWINGS: Readonly<Record<string, string>> = {
  '🔴': '<circle cx="8" cy="8" r="7" fill="#dd2e44"/>',
  '🔶': '<path d="M8 .6 15.4 8 8 15.4.6 8z" fill="#f4900c"/>',
  '🟨': '<rect x="1" y="1" width="14" height="14" rx="2" fill="#fdcb58"/>',
  '🔹': '<path d="M8 3.6 12.4 8 8 12.4 3.6 8z" fill="#3b88c3"/>',
  '⚪': '<circle cx="8" cy="8" r="6.5" fill="#e6e7e8" stroke="#99aab5"/>',
  '✅': '<rect x=".8" y=".8" width="14.4" height="14.4" rx="2.4" fill="#2f9e44"/><path d="m3.8 8.4 2.9 3 5.6-6.6" fill="none" stroke="#fff" stroke-width="2"/>',
  '💤': '<path d="M2 8.5h5L2 14h5M9 2h5L9 8h5" fill="none" stroke="#3b88c3" stroke-width="1.8"/>',
  '📎': '<path d="m12.5 7-5.2 5.2a3 3 0 0 1-4.3-4.3l5.8-5.7a2 2 0 0 1 2.9 2.9l-5.6 5.6a1 1 0 0 1-1.4-1.4L9 5" fill="none" stroke="#8899a6" stroke-width="1.4"/>',
  '❔': '<path d="M5 5.2a3 3 0 1 1 4.4 2.6C8.300 8.500 8 9 8 10.200" fill="none" stroke="#8899a6" stroke-width="1.9"/><circle cx="8" cy="13" r="1.2" fill="#8899a6"/>',
};

const SYMBOL = new RegExp(`(${Object.keys(DRAWINGS).join('|')})`, 'u');

/** Text, with our symbols drawn. */
export function withEmoji(text: string): readonly (Markup | string)[] {
  return text.split(SYMBOL).map((part) => {
    const drawing = Object.hasOwn(DRAWINGS, part) ? DRAWINGS[part] : undefined;
    return drawing === undefined ? part : Markup.own(svg(drawing, part));
  });
}

/** `name` is one of our symbols, or a word of ours. */
function svg(drawing: string, name: string): string {
  return `<svg class="emoji" viewBox="0 0 16 16" role="img" aria-label="${name}">${drawing}</svg>`;
}

/** The face of the app: an anchor. */
export const AVATAR: Markup = Markup.own(
  '<svg class="avatar" viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" rx="6" fill="#123a5c"/><g fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"><circle cx="18" cy="9.500" r="2.700"/><path d="M18 12.500V28M12.500 16h11M8 20.500c.6 4.800 4.600 7.500 10 7.500s9.400-2.700 10-7.500"/></g></svg>',
);
