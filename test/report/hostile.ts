/** Texts that would be something else than text if they were let, and how to see that they are not. */

export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</script><script>alert(1)</script>',
  '</style><style>*{display:none}</style>',
  '</textarea></title></svg><iframe src="https://evil.example">',
  '<!--<script>',
  ']]>',
  '&lt;script&gt;&#60;b&#62;&quot;',
  'javascript:alert(1)',
  'https://evil.example/?a="onx="',
  '$' + '{alert(1)}`',
  '{{7*7}}',
  '__proto__',
  '\u2028\u2029\u0000\ud800\u202egnp.exe',
  'a\tb\nc',
];

/** Fields that hold one of a few words: no text of others can be there. */
const WORDS = new Set(
  'state severity class verdict kind outcome mode madeFrom source observedBy declared stage stages mustGo workloadIdentity accountState since coverage resolution decision timezone schemaVersion retireBy inputs weights'.split(
    ' ',
  ),
);

/** The same with every text in it replaced by a hostile one, each different from the others. */
export function poisoned<T>(report: T): T {
  let nth = 0;
  const texts = new Map<string, string>();
  const poison = (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    const made = `${HOSTILE[nth % HOSTILE.length]}${nth++}`;
    texts.set(text, made);
    return made;
  };
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string')
      return WORDS.has(key) || (key === 'to' && /^[a-z]+$/.test(value)) ? value : poison(value);
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        WORDS.has(name) && typeof inner === 'object' ? inner : walk(inner, name),
      ]),
    );
  };
  return walk(report, '') as T;
}

/** Names of elements and attributes of the page as the browser has it, and where its links lead. */
export const ANATOMY = `(() => {
  const all = [...document.querySelectorAll('*')];
  return {
    elements: [...new Set(all.map((one) => one.localName))].sort(),
    attributes: [...new Set(all.flatMap((one) => one.getAttributeNames()))].sort(),
    scripts: document.scripts.length,
    links: [...document.links].map((link) => link.getAttribute('href')).filter((href) => !href.startsWith('#') && !href.startsWith('https://console.cloud.google.com/')),
  };
})()`;

export interface Anatomy {
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
  readonly scripts: number;
  readonly links: readonly string[];
}
