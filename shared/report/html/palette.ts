/** Colours by what they are for. Every text on every ground it stands on has a contrast of 4.5 to 1 or more; a test reckons it. */
export type Palette = Readonly<Record<ColorName, string>>;

export type ColorName =
  | 'ground'
  | 'raised'
  | 'sunk'
  | 'line'
  | 'strong-line'
  | 'text'
  | 'quiet'
  | 'accent'
  | 'critical'
  | 'high'
  | 'medium'
  | 'low'
  | 'info'
  | 'good'
  | 'bad'
  | 'unsure'
  | 'came-ground'
  | 'went-ground'
  | 'ksa'
  | 'account'
  | 'role'
  | 'resource';

export const LIGHT: Palette = {
  ground: '#ffffff',
  raised: '#f5f7f9',
  sunk: '#eceff3',
  line: '#dfe4ea',
  'strong-line': '#75808e',
  text: '#12202e',
  quiet: '#546170',
  accent: '#0b6172',
  critical: '#b0103a',
  high: '#a8430a',
  medium: '#7d5700',
  low: '#235f9c',
  info: '#546170',
  good: '#17693a',
  bad: '#b0103a',
  unsure: '#7d5700',
  'came-ground': '#e6f4ea',
  'went-ground': '#fbe9ec',
  ksa: '#235f9c',
  account: '#6a3fb0',
  role: '#7d5700',
  resource: '#17693a',
};

export const DARK: Palette = {
  ground: '#0e151c',
  raised: '#151e27',
  sunk: '#1d2833',
  line: '#283542',
  'strong-line': '#7f8d9b',
  text: '#e4eaf0',
  quiet: '#9dabb9',
  accent: '#6cc9d8',
  critical: '#ff8a9c',
  high: '#ffa56b',
  medium: '#e5bd55',
  low: '#86bfff',
  info: '#9dabb9',
  good: '#6fd196',
  bad: '#ff8a9c',
  unsure: '#e5bd55',
  'came-ground': '#12301f',
  'went-ground': '#3a1a22',
  ksa: '#86bfff',
  account: '#c3a3ff',
  role: '#e5bd55',
  resource: '#6fd196',
};
