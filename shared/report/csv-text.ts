/**
 * Rows as CSV (RFC 4180: CRLF, quotes doubled). A cell that a spreadsheet would take for a formula gets an apostrophe before it, and so does
 * one that begins with an apostrophe, so that taking one away always gives what was meant (OWASP: CSV Injection).
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

const FORMULA = /^\s*['=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;

function cell(value: string): string {
  const guarded = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
