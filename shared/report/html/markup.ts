/**
 * Markup that is made in one way only: by the tag `html`, which escapes whatever is put into it. Attributes in the templates stand in double
 * quotes, so that what is escaped for text is escaped for them too. Addresses come from `links.ts` alone.
 */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  static join(parts: readonly (string | Html)[]): Html {
    return new Html(parts.map((part) => (typeof part === 'string' ? part : part.#text)).join(''));
  }

  /** Of this project's own text only: style sheet, script, drawings that escape for themselves. */
  static own(text: string): Html {
    return new Html(text);
  }
}

/** Text is escaped, markup is taken as it is, nothing is nothing. */
export type Part = Html | string | number | undefined | readonly Part[];

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return Html.join(strings.flatMap((string, at) => [string, rendered(parts[at])]));
}

function rendered(part: Part): Html | string {
  if (part === undefined) return '';
  if (part instanceof Html) return part;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return Html.join(part.map(rendered));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls and lone surrogates, which a page may not hold, and format characters, which turn or hide what stands beside them. */
const UNSEEN = /[^\P{Cc}\t\n]|\p{Cs}|\p{Cf}/gu;

/** Text as it may stand in the page: what nobody could see becomes the sign for that. */
export function plain(text: string): string {
  return text.replace(UNSEEN, '�');
}

function escaped(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** JSON for a `<script type="application/json">`: nothing in it can end the element, and no old parser takes it for anything else. */
export function island(value: unknown): Html {
  return Html.own(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}
