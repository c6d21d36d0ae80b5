/** Slack's own measures and colours, near enough to judge a message by. Contrast is 4.5 to 1 or more in both themes. */

const LIGHT = `
  --page: #ffffff; --text: #1d1c1d; --quiet: #616061; --line: #dddddd; --link: #1264a3; --code: #c0124f; --code-page: #f8f8f8;
  --mention: #1264a3; --mention-page: #e8f5fa; --button: #ffffff; --button-line: #bbbabb; --primary: #007a5a; --danger: #c01343;
  --field: #ffffff; --badge: #eeeeee;
`;
const DARK = `
  --page: #1a1d21; --text: #d1d2d3; --quiet: #ababad; --line: #3c3f44; --link: #4cb3e6; --code: #e8912d; --code-page: #232529;
  --mention: #4cb3e6; --mention-page: #1c3240; --button: #1a1d21; --button-line: #797c81; --primary: #007a5a; --danger: #c01343;
  --field: #222529; --badge: #35373b;
`;

export const STYLE = `
:root { color-scheme: light; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${DARK} } }
:root[data-theme="dark"] { color-scheme: dark; ${DARK} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.46668 Slack-Lato, Lato, "Open Sans", "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 780px; padding: 16px 20px; overflow-wrap: anywhere; }
p, ul, ol, h1, h2, pre, blockquote { margin: 0; }
p, li, .prose, .field { white-space: pre-wrap; }
a { color: var(--link); }
b { font-weight: 700; }
code, pre { font: 12px/1.5 Monaco, Menlo, Consolas, "DejaVu Sans Mono", monospace; background: var(--code-page); border: 1px solid var(--line); }
code { color: var(--code); border-radius: 3px; padding: 1px 3px; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
pre { white-space: pre-wrap; border-radius: 4px; padding: 8px; margin: 4px 0; }
pre.bordered { border-color: var(--button-line); }
blockquote { border-left: 4px solid var(--line); padding-left: 12px; }
ul, ol { padding-left: 26px; } .deep { padding-left: 54px; } .deeper { padding-left: 82px; }
hr { border: 0; border-top: 1px solid var(--line); margin: 12px 0; }
.emoji { width: 1.2em; height: 1.2em; vertical-align: -.22em; }
.message { display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: 0 12px; padding: 8px 0; }
.avatar { width: 36px; height: 36px; margin-top: 3px; }
.name { font: inherit; font-weight: 900; display: inline; }
.badge { background: var(--badge); color: var(--quiet); border-radius: 2px; padding: 1px 3px; margin: 0 6px; font-size: 10px; font-weight: 700; }
.at, .edited, .only-you, .replies, .hint, .context { color: var(--quiet); font-size: 12px; }
.only-you { padding: 6px 0 0 48px; }
.replies { border-top: 1px solid var(--line); margin: 8px 0 0 48px; padding-top: 6px; }
.reply { margin-left: 48px; }
.body > * { margin-top: 6px; } .body > :first-child { margin-top: 2px; }
h2 { font-size: 18px; line-height: 1.33; font-weight: 900; }
.fields { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 8px 24px; }
.section { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 8px 16px; } .fields { grid-column: 1 / -1; }
.context { display: flex; flex-wrap: wrap; gap: 2px 10px; }
.mention { color: var(--mention); background: var(--mention-page); border-radius: 3px; padding: 0 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; padding-top: 4px; }
.button { font: inherit; font-size: 13px; font-weight: 700; color: var(--text); background: var(--button); border: 1px solid var(--button-line);
  border-radius: 4px; padding: 4px 11px; list-style: none; cursor: default; display: inline-block; }
.button::-webkit-details-marker { display: none; }
.button a { color: inherit; text-decoration: none; }
.button.primary { background: var(--primary); border-color: var(--primary); color: #ffffff; }
.button.danger { background: var(--danger); border-color: var(--danger); color: #ffffff; }
details { position: relative; }
details ul { position: absolute; z-index: 1; list-style: none; margin-top: 4px; padding: 8px 0; min-width: 180px; background: var(--field);
  border: 1px solid var(--button-line); border-radius: 6px; }
details li { padding: 3px 16px; }
.input label { display: block; font-weight: 700; margin-bottom: 4px; } .input small { color: var(--quiet); font-weight: 400; }
.input input, textarea { font: inherit; color: inherit; background: var(--field); border: 1px solid var(--button-line); border-radius: 4px;
  width: 100%; padding: 6px 10px; } textarea { min-height: 74px; resize: none; display: block; } .input input.day { width: 180px; }
.hint { margin-top: 4px; }
.not-drawn { color: var(--danger); border: 1px dashed; padding: 0 4px; }
.modal { width: 520px; max-width: 100%; margin: 8px auto; background: var(--page); border: 1px solid var(--button-line); border-radius: 10px; }
.modal header, .modal footer { display: flex; align-items: center; gap: 10px; padding: 14px 24px; }
.modal header { border-bottom: 1px solid var(--line); } .modal footer { border-top: 1px solid var(--line); justify-content: flex-end; }
.modal h1 { font-size: 20px; line-height: 1.3; font-weight: 900; flex: 1; } .modal .close { color: var(--quiet); font-size: 22px; line-height: 1; }
.modal .body { padding: 14px 24px 20px; } .modal .body > * { margin-top: 14px; } .modal .body > :first-child { margin-top: 0; }
@media (max-width: 480px) {
  main { padding: 10px 12px; }
  .fields { grid-template-columns: minmax(0, 1fr); }
  .message { gap: 0 8px; } .replies, .reply, .only-you { margin-left: 0; } .only-you { padding-left: 0; }
  .button { padding: 6px 12px; }
}
`;

/** `?theme=dark` or `?theme=light` over what the system prefers. */
export const SCRIPT = `const theme = new URLSearchParams(location.search).get('theme');
if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;`;
