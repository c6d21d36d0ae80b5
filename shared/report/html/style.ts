import { DARK, LIGHT, type Palette } from './palette.ts';

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name}: ${color};`)
    .join(' ');
}

/** Paper is always light. On a screen the reader's choice goes before the system's. */
const COLORS = `
:root { color-scheme: light; ${variables(LIGHT)} }
@media screen and (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${variables(DARK)} } }
@media screen { :root[data-theme="dark"] { color-scheme: dark; ${variables(DARK)} } }
`;

const GROUND = `
* { box-sizing: border-box; }
html { scroll-padding-top: 24px; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure, pre { margin: 0; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
li a, td a, th a { text-decoration-color: var(--line); } a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
code, pre, .code { font-family: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .87em; }
code { overflow-wrap: anywhere; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet, .sub, .note, .empty { color: var(--quiet); }
.sub { display: block; font-size: 12.5px; line-height: 1.4; }
.note { font-size: 13px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 12px; top: 12px; z-index: 9; background: var(--ground); padding: 8px 12px; }
[hidden] { display: none !important; }
`;

const FRAME = `
.page { display: grid; grid-template-columns: 208px minmax(0, 1fr); max-width: 1440px; min-height: 100vh; margin: 0 auto; }
.side { border-right: 1px solid var(--line); }
nav#contents { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 32px 16px 32px 24px; font-size: 13.5px; }
nav#contents ul { list-style: none; padding: 0; }
nav#contents a { display: block; padding: 4px 8px; margin-left: -8px; color: var(--quiet); text-decoration: none; border-radius: 5px; }
nav#contents a:hover { color: var(--text); background: var(--raised); }
#theme { margin: 0 0 16px; }
main { padding: 40px 40px 96px; min-width: 0; }
section { margin-top: 64px; } .single ~ section { margin-top: 40px; } .single ~ .graph { margin-top: 28px; }
h1 { font-size: 38px; line-height: 1.15; letter-spacing: -.022em; font-weight: 680; }
h1.subject { font-size: 27px; line-height: 1.25; letter-spacing: -.016em; overflow-wrap: anywhere; max-width: 44ch; } .marks { margin-top: 12px; } .marks + .facts, .subject + .facts { margin-top: 22px; }
h2 { font-size: 22px; line-height: 1.3; letter-spacing: -.012em; font-weight: 660; margin-bottom: 6px; }
h3 { font-size: 15px; line-height: 1.4; font-weight: 640; }
.lead { color: var(--quiet); max-width: 92ch; margin-bottom: 18px; }
.eyebrow { color: var(--accent); font-size: 13px; font-weight: 620; letter-spacing: .01em; margin-bottom: 6px; }
.period { font-size: 17px; margin: 8px 0 24px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(232px, 1fr)); gap: 14px 28px; border-top: 1px solid var(--line); padding-top: 18px; }
.facts dt, .figure dt, .block dt { color: var(--quiet); font-size: 12.5px; }
.facts dd { overflow-wrap: anywhere; }
.facts + .scroll, .facts + .empty { margin-top: 24px; }
.split { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 24px 48px; }
.three { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 24px 36px; margin-bottom: 16px; }
.three h3 { border-bottom: 1px solid var(--line); padding-bottom: 6px; margin-bottom: 10px; } .count { color: var(--quiet); font-weight: 400; margin-left: 4px; }
ul.plain { list-style: none; padding: 0; } ul.plain li + li { margin-top: 4px; }
.three ul.plain li + li { margin-top: 8px; }
.three .sev { margin-right: 2px; }
details { margin-top: 14px; } summary { cursor: pointer; color: var(--accent); font-size: 14px; } details[open] > summary { margin-bottom: 12px; }
.notes div + div { margin-top: 14px; } .notes { margin-top: 10px; } .notes dt { font-weight: 600; } .notes dd { color: var(--quiet); max-width: 62ch; }
.signatures { list-style: none; padding: 0; margin: 56px 0 36px; display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 56px 40px; color: var(--quiet); font-size: 13px; }
.signatures .line { display: block; border-bottom: 1px solid var(--strong-line); margin-bottom: 6px; }
`;

const FIGURES = `
#figures { margin-top: 40px; }
.figures { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.figure { background: var(--ground); padding: 16px 18px 14px; }
.figure dt a { color: inherit; text-decoration: none; } .figure dt a:hover { color: var(--accent); text-decoration: underline; }
.figure .value { font-size: 27px; line-height: 1.25; letter-spacing: -.02em; font-weight: 640; margin: 2px 0; }
.figure .value small { font-size: 12.5px; font-weight: 400; letter-spacing: 0; color: var(--quiet); margin-right: 4px; } .figure .pair { white-space: nowrap; }
.score { font-size: 52px; line-height: 1.1; font-weight: 680; letter-spacing: -.03em; } .score small { font-size: 15px; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
.warn { color: var(--unsure); font-weight: 600; } .formula { margin: 12px 0 2px; } #posture .scroll { margin-top: 14px; }
`;

/** A shape for each severity: diamond, triangle, square, disc, ring. */
const MARKS = `
.sev, .outcome { display: inline-flex; align-items: center; vertical-align: top; line-height: 1.55; gap: 5px; font-weight: 600; font-size: 13px; white-space: nowrap; }
.shape { width: 9px; height: 9px; background: currentColor; flex: none; forced-color-adjust: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.sev.critical { color: var(--critical); } .sev.critical .shape { clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); width: 11px; height: 11px; }
.sev.high { color: var(--high); } .sev.high .shape { clip-path: polygon(50% 4%, 100% 96%, 0 96%); width: 11px; height: 11px; }
.sev.medium { color: var(--medium); }
.sev.low { color: var(--low); } .sev.low .shape { border-radius: 50%; }
.sev.info { color: var(--info); } .sev.info .shape { border-radius: 50%; background: none; border: 2px solid currentColor; }
.outcome.pass { color: var(--good); } .outcome.pass .shape { clip-path: polygon(14% 46%, 38% 70%, 88% 12%, 100% 26%, 38% 96%, 0 60%); width: 11px; height: 11px; }
.outcome.fail { color: var(--bad); } .outcome.fail .shape { clip-path: polygon(18% 0, 50% 32%, 82% 0, 100% 18%, 68% 50%, 100% 82%, 82% 100%, 50% 68%, 18% 100%, 0 82%, 32% 50%, 0 18%); width: 10px; height: 10px; }
.outcome.excepted { color: var(--unsure); } .outcome.excepted .shape { border-radius: 50%; background: none; border: 2px solid currentColor; }
.outcome.none { color: var(--quiet); } .outcome.none .shape { height: 2px; }
.state, .flag { display: inline-block; font-size: 12.5px; line-height: 1.45; padding: 0 7px; border-radius: 20px; border: 1px solid var(--line); white-space: nowrap; }
.state.open { border-color: currentColor; font-weight: 600; } .state.resolved { color: var(--good); } .state.excepted, .state.undecided { color: var(--unsure); } .state.snoozed { color: var(--quiet); }
.flag.good { color: var(--good); } .flag.bad { color: var(--bad); border-color: currentColor; font-weight: 600; } .flag.unsure { color: var(--unsure); } .flag.quiet { color: var(--quiet); }
.counts { display: inline-flex; flex-wrap: wrap; gap: 2px 12px; } .counts .sev { font-weight: 500; font-size: 12.5px; }
`;

const TABLES = `
.scroll { overflow-x: auto; margin-top: 12px; }
.scroll + .scroll, .empty + .scroll, .scroll + .empty, .scroll + .split { margin-top: 28px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; line-height: 1.45; }
caption { text-align: left; font-weight: 640; padding-bottom: 6px; }
th, td { text-align: left; vertical-align: top; padding: 9px 14px 9px 0; border-bottom: 1px solid var(--line); font-weight: 400; }
.scroll td, .scroll tbody th { min-width: 84px; max-width: 380px; } .scroll tbody th { min-width: 150px; } .scroll td.number { min-width: 0; }
thead th { color: var(--quiet); font-size: 12.5px; border-bottom-color: var(--strong-line); vertical-align: bottom; white-space: nowrap; padding-top: 0; }
.number { text-align: right; white-space: nowrap; }
.name { font-weight: 560; overflow-wrap: break-word; } .inner { padding-left: 16px; color: var(--quiet); }
td code, tbody th code { overflow-wrap: anywhere; }
time { white-space: nowrap; } td > ul.plain { min-width: 150px; } ul.plain.code { font-size: 12px; min-width: 230px; overflow-wrap: anywhere; }
.framework thead th:nth-child(1) { width: 32%; } .framework thead th:nth-child(2), .framework thead th:nth-child(3) { width: 19%; }
.framework { border-top: 1px solid var(--line); margin: 0; padding: 12px 0; } .framework summary { color: inherit; display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; } .framework summary::before { content: "›" / ""; color: var(--quiet); width: 8px; text-align: center; transition: rotate .12s; margin-right: -8px; } .framework[open] > summary::before { rotate: 90deg; } .framework h3 { display: inline; } .version { color: var(--quiet); font-weight: 400; }
.framework summary::-webkit-details-marker { display: none; } .framework summary { list-style: none; }
.framework .counts { font-size: 13px; } .framework .counts > span { display: inline-flex; gap: 5px; align-items: center; }
`;

const FINDINGS = `
#filters { display: flex; flex-wrap: wrap; gap: 12px 16px; align-items: end; padding: 16px; background: var(--raised); border-radius: 10px; margin-bottom: 14px; }
#filters label { display: grid; gap: 3px; font-size: 12.5px; color: var(--quiet); } .search { flex: 1 1 220px; }
#filters fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 6px; align-items: center; } #filters legend { font-size: 12.5px; color: var(--quiet); padding: 0; margin-bottom: 3px; }
#filters fieldset label { display: inline-flex; gap: 6px; align-items: center; min-height: 32px; padding: 0 10px 0 8px; border: 1px solid var(--line); border-radius: 7px; background: var(--ground); cursor: pointer; }
#filters fieldset label:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
#filters fieldset .state { border: 0; padding: 0; }
input[type="search"], select, button { font: inherit; font-size: 14px; color: var(--text); background: var(--ground); border: 1px solid var(--strong-line); border-radius: 7px; min-height: 34px; padding: 4px 10px; max-width: 100%; }
select { min-width: 132px; max-width: 240px; } input[type="search"] { width: 100%; } input[type="search"]::placeholder { color: var(--quiet); opacity: 1; } input[type="checkbox"] { accent-color: var(--accent); margin: 0; width: 15px; height: 15px; }
button { cursor: pointer; } button:hover:not(:disabled) { border-color: var(--accent); color: var(--accent); } button:disabled { opacity: .55; cursor: default; }
.findings { margin-top: 8px; }
.findings thead th { position: sticky; top: 0; background: var(--ground); z-index: 1; padding-top: 8px; }
.findings thead button { all: unset; cursor: pointer; } .findings thead button:hover { color: var(--accent); } .findings thead button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.findings th[aria-sort] { color: var(--text); font-weight: 600; } .findings th[aria-sort="ascending"] button::after { content: " ↑" / ""; } .findings th[aria-sort="descending"] button::after { content: " ↓" / ""; }
.c-severity { width: 92px; } .c-age, .c-state, .c-project { white-space: nowrap; } .c-title { min-width: 240px; } .c-identity, .c-owner { overflow-wrap: anywhere; min-width: 116px; }
.findings .title, .findings .toggle { font-weight: 560; } .findings .detector { display: block; font-size: 12.5px; color: var(--quiet); }
.findings .toggle { all: unset; cursor: pointer; font-weight: 560; overflow-wrap: anywhere; display: block; position: relative; padding-left: 14px; } .findings .toggle:hover { color: var(--accent); } .findings .toggle:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; border-radius: 3px; }
.findings .toggle::before { content: "›" / ""; position: absolute; left: 0; top: 0; width: 7px; color: var(--quiet); transition: rotate .12s; transform-origin: 50% 55%; } .findings .toggle[aria-expanded="true"]::before { rotate: 90deg; }
.js .findings .detector { padding-left: 14px; }
/* Below the head of the table, which stays. */ .findings tbody tr { scroll-margin-top: 44px; } .findings tr.aim > * { background: var(--raised); }
.detail > td { padding: 4px 0 20px; }
.blocks { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 16px 32px; padding: 16px 18px; background: var(--raised); border-radius: 10px; }
.own { grid-column: 1 / -1; } section > .block { margin-top: 8px; } .block { min-width: 0; } .block.wide { grid-column: 1 / -1; } .block h3 { font-size: 12.5px; font-weight: 600; color: var(--quiet); margin-bottom: 3px; } .block ol { padding-left: 20px; } .block p, .block li { overflow-wrap: anywhere; max-width: 78ch; }
.block pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--sunk); border-radius: 7px; padding: 9px 12px; } pre code { font-size: inherit; } .block pre + pre { margin-top: 6px; }
.block dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 8px 24px; } .block dd { overflow-wrap: anywhere; }
.diff { list-style: none; padding: 0; font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; } .diff li { max-width: none !important; padding: 2px 10px; border-radius: 4px; white-space: pre-wrap; } .diff .came { background: var(--came-ground); color: var(--good); } .diff .went { background: var(--went-ground); color: var(--bad); }
#pager { display: flex; gap: 14px; align-items: center; margin-top: 16px; font-size: 14px; color: var(--quiet); }
#brief { margin-top: 32px; font-size: 13px; } #brief h4 { margin-top: 14px; font-size: 13px; } #brief ul { padding-left: 18px; }
#owner-view:not(:empty) { margin-top: 28px; padding: 20px 22px; border: 1px solid var(--accent); border-radius: 10px; } #owner-view p { margin-top: 4px; } #owner-view h2 { margin: 0; }
[data-owner-view] .organisation, [data-owner-view] .lead { display: none; } [data-owner-view] main > section { margin-top: 44px; }
`;

const DRAWINGS = `
figcaption { font-size: 13px; color: var(--quiet); margin-bottom: 6px; }
.chart { width: 100%; height: auto; display: block; overflow: visible; } .chart .grid { stroke: var(--line); } .chart .line { fill: none; stroke: var(--accent); stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; } .chart .dot { fill: var(--accent); } .chart .tick { font-size: 12px; fill: var(--quiet); } .chart .now { font-size: 15px; font-weight: 640; fill: var(--text); }
.bar { display: block; width: 100%; height: 12px; border-radius: 4px; margin-top: 6px; } td .bar { min-width: 120px; height: 8px; } .track { fill: var(--sunk); }
.part.wi, .part.stage-gone { fill: var(--good); } .part.node, .part.stage-disabled { fill: var(--medium); } .part.keyed, .part.stage-found { fill: var(--bad); } .part.no-cloud, .part.stage-path-works { fill: var(--low); } .part.unknown { fill: var(--strong-line); } .part.stage-path-declared { fill: var(--account); }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 10px; font-size: 13px; } .legend .key { width: 10px; height: 10px; margin-right: 7px; }
.graph .scroll { border: 1px solid var(--line); border-radius: 10px; background: var(--ground); } .graph { margin-bottom: 28px; } .graph svg { display: block; max-width: 100%; height: auto; } @media screen { .graph svg { min-width: 1040px; } }
.graph .node { fill: var(--raised); stroke: var(--strong-line); stroke-width: 1.2; } .graph .ksa, .graph .person { stroke: var(--ksa); } .graph .account { stroke: var(--account); } .graph .role { stroke: var(--role); } .graph .more { stroke: none; fill: none; } .graph .resource { stroke: var(--resource); }
.graph .edge { fill: none; stroke: var(--strong-line); stroke-width: 1.4; } .graph .head { fill: var(--strong-line); } .graph .drift { stroke: var(--bad); stroke-dasharray: 6 4; } .graph .drifthead { fill: var(--bad); }
.graph text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--text); } .graph .note { font-size: 10.5px; fill: var(--quiet); } .graph .label { font-size: 10.5px; fill: var(--quiet); } .graph .label.drifted { fill: var(--bad); font-weight: 600; } .graph .plate { fill: var(--ground); }
`;

const NARROW = `
@media (max-width: 1100px) { .page { grid-template-columns: minmax(0, 1fr); } .side { border: 0; border-bottom: 1px solid var(--line); position: sticky; top: 0; background: var(--ground); z-index: 3; }
  nav#contents { position: static; display: flex; align-items: center; gap: 8px; overflow-x: auto; padding: 8px 20px; } nav#contents ul { display: flex; } nav#contents a { white-space: nowrap; margin: 0; } #theme { margin: 0; flex: none; }
  html { scroll-padding-top: 64px; } .findings thead th { position: static; } main { padding: 28px 32px 72px; } }
@media (max-width: 900px) { .figures { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } .c-project, .c-identity { display: none; } .three { grid-template-columns: minmax(0, 1fr); } .split { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 600px) { main { padding: 24px 16px 64px; } nav#contents { padding: 8px 16px; } h1 { font-size: 31px; } .period { font-size: 15px; } section { margin-top: 48px; } .c-owner, .c-state { display: none; } .c-title { min-width: 0; } .c-severity { width: 84px; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 9px; } .facts > div { display: grid; grid-template-columns: 112px minmax(0, 1fr); gap: 12px; } .facts dt { padding-top: 2px; }
  .figure { padding: 12px 13px; } .figure .value { font-size: 22px; }
  .blocks { padding: 14px; grid-template-columns: minmax(0, 1fr); } .chart .tick { font-size: 17px; } .chart .now { font-size: 20px; } #filters select { min-width: 0; width: 100%; } #filters > label { flex: 1 1 130px; } #filters .search { flex-basis: 100%; } button, #filters fieldset label { min-height: 40px; } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media (forced-colors: active) { .flag, .state { border-color: currentColor; } }
`;

/** On paper nothing unfolds and nothing is filtered any more: whatever was found stands there, and links tell where they lead. */
const PAPER = `
@page { margin: 15mm 14mm 17mm; }
@media print {
  body { font-size: 9.5pt; } .page { display: block; max-width: none; } .side, .skip, #filters, #pager { display: none !important; } main { padding: 0; }
  h1 { font-size: 24pt; } h2 { font-size: 14pt; } section { margin-top: 9mm; } table { font-size: 8.2pt; } .findings thead th { position: static; }
  .figures { grid-template-columns: repeat(5, minmax(0, 1fr)); } .figure { padding: 8px 9px; } .figure .value { font-size: 14pt; } .three { grid-template-columns: repeat(3, minmax(0, 1fr)); } .split { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 6mm; }
  .sub, .note, .detector, .figure dt, .facts dt, .block dt, .block h3, thead th, td .sev, td .counts .sev, .figure .counts .sev, .outcome, .state, .flag, .quiet, figcaption, .legend, .diff, .version { font-size: 7.8pt !important; } .chart .tick { font-size: 14px; }
  thead { display: table-header-group; } tr, .figure, .block, figure, .signatures { break-inside: avoid; } h2, h3, h4, caption, .lead { break-after: avoid; } .detail { break-before: avoid; }
  .detail[hidden] { display: table-row !important; } details::details-content { content-visibility: visible; height: auto; } details > summary { list-style: none; }
  td > ul.plain, ul.plain.code { min-width: 0; } .scroll { overflow: visible; } .scroll td, .scroll tbody th { min-width: 0; padding-right: 8px; } thead th { white-space: normal; padding-right: 8px; }
  .toggle { padding: 0 !important; } .toggle::before { content: none !important; } .js .findings .detector { padding: 0; } .blocks { border: 1px solid var(--line); background: none; }
  a { color: inherit; } a[href^="https:"]::after { content: " (" attr(href) ")"; font-size: .85em; color: var(--quiet); overflow-wrap: anywhere; } #sign-off { break-inside: avoid; }
  .part, .line, .dot, .diff li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

export const STYLE = [COLORS, GROUND, FRAME, FIGURES, MARKS, TABLES, FINDINGS, DRAWINGS, NARROW, PAPER].join(
  '',
);
