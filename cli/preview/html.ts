/**
 * Markup made of elements and escaped text only. There is no other way to make it, so whatever a string holds, it stays text; attributes
 * are those named here, and none of them can run or load anything.
 */
export class Markup {
  readonly #html: string;

  private constructor(html: string) {
    this.#html = html;
  }

  toString(): string {
    return this.#html;
  }

  /** Of this project's own text only: style sheet, script, drawings. */
  static own(html: string): Markup {
    return new Markup(html);
  }

  static text(text: string): Markup {
    return new Markup(escaped(text));
  }

  static of(tag: Tag, attributes: Attributes, children: readonly Markup[]): Markup {
    const opening = [tag, ...Object.entries(attributes).flatMap(attribute)].join(' ');
    return new Markup(
      VOID.has(tag) ? `<${opening}>` : `<${opening}>${children.map(String).join('')}</${tag}>`,
    );
  }
}

export type Tag =
  | 'a'
  | 'article'
  | 'b'
  | 'blockquote'
  | 'br'
  | 'button'
  | 'code'
  | 'details'
  | 'div'
  | 'footer'
  | 'h1'
  | 'h2'
  | 'header'
  | 'hr'
  | 'i'
  | 'input'
  | 'label'
  | 'li'
  | 'main'
  | 'ol'
  | 'p'
  | 'pre'
  | 's'
  | 'section'
  | 'small'
  | 'span'
  | 'summary'
  | 'textarea'
  | 'time'
  | 'ul';

export interface Attributes {
  readonly class?: string;
  readonly title?: string;
  /** Web addresses only: see `webLink`. */
  readonly href?: string;
  readonly rel?: 'noreferrer';
  readonly type?: 'text' | 'button';
  readonly value?: string;
  readonly placeholder?: string;
  readonly readonly?: true;
  readonly 'aria-label'?: string;
  readonly role?: 'dialog';
}

/** A node of the page: strings are escaped, nothing is nothing. */
export type Node = Markup | string | undefined | readonly Node[];

export function el(tag: Tag, attributes: Attributes, ...children: readonly Node[]): Markup {
  return Markup.of(tag, attributes, children.flatMap(marked));
}

function marked(node: Node): readonly Markup[] {
  if (node === undefined) return [];
  if (node instanceof Markup) return [node];
  return typeof node === 'string' ? [Markup.text(node)] : node.flatMap(marked);
}

/** A link, where the address is one of the web; else its text alone. */
export function webLink(url: string, ...children: readonly Node[]): Markup {
  if (!/^https?:\/\/[^\s"'<>]+$/.test(url)) return el('span', {}, ...children);
  return el('a', { href: url, rel: 'noreferrer' }, ...children);
}

const VOID: ReadonlySet<string> = new Set(['br', 'hr', 'input']);

function attribute([name, value]: readonly [string, string | true | undefined]): readonly string[] {
  if (value === undefined) return [];
  return [value === true ? name : `${name}="${escaped(value)}"`];
}

/** Characters that a page may not hold become the one that says so. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/[^\P{Cc}\t\n]|\p{Cs}/gu, '�');
}
