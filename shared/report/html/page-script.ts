/** Before anything is drawn: the theme that the reader chose the last time. A browser that keeps nothing for files goes by the system. */
export const THEME_SCRIPT = `
try {
  const theme = localStorage.getItem('anchorwatch-theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {}
`;

/** The button that turns light into dark: on every page. */
export const THEME_BUTTON_SCRIPT = `
(() => {
  'use strict';
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark';
  const name = () => { button.textContent = isDark() ? 'Light' : 'Dark'; button.setAttribute('aria-label', (isDark() ? 'Light' : 'Dark') + ' colours'); };
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try { localStorage.setItem('anchorwatch-theme', root.dataset.theme); } catch {}
    name();
  });
  prefersDark.addEventListener('change', name);
  name();
})();
`;

/**
 * What makes the page a tool: filters, order, pages of rows, unfolding, one owner's view, all of it kept in the address. It makes elements
 * and sets text; it never parses markup. Where it cannot run, the page is what it was: everything is there to read.
 */
export const PAGE_SCRIPT = String.raw`
(async () => {
  'use strict';
  const PAGE = 50;
  const ON_PAPER = 500;
  const CONSOLE = 'https://console.cloud.google.com/';
  const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const el = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const key of Object.keys(attributes)) if (attributes[key] !== undefined) made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
  };

  // ── Rows, as shared/report/html/findings.ts writes them ──
  const encoded = (text) => encodeURIComponent(text.toWellFormed ? text.toWellFormed() : text);
  const mark = (kind, value) => kind === 'sev'
    ? el('span', { class: 'sev ' + value }, el('i', { class: 'shape' }), value)
    : el('span', { class: 'state ' + value }, value);
  // A page of the console beside this one.
  const beside = (to) => typeof to === 'string' && /^\.{1,2}\//.test(to);
  const block = ({ title, kind, lines }) => {
    const heading = el('h3', {}, title);
    if (kind === 'text') return el('div', { class: 'block' }, heading, ...lines.map((line) => el('p', {}, line)));
    if (kind === 'steps') return el('div', { class: 'block' }, heading, el('ol', {}, ...lines.map((line) => el('li', {}, line))));
    if (kind === 'code') return el('div', { class: 'block wide' }, heading, ...lines.map((line) => el('pre', { tabindex: '0' }, el('code', {}, line))));
    if (kind === 'diff') return el('div', { class: 'block wide' }, heading, el('ul', { class: 'diff' }, ...lines.map((line) => el('li', { class: line.startsWith('+') ? 'came' : 'went' }, line))));
    const facts = el('dl', {});
    for (let at = 0; at < lines.length; at += 2) {
      const [value, url] = lines[at + 1].split('\t');
      const shown = url.startsWith(CONSOLE) ? el('a', { href: url, rel: 'noreferrer noopener' }, value) : value;
      facts.append(el('div', {}, el('dt', {}, lines[at]), el('dd', {}, shown)));
    }
    return el('div', { class: 'block wide' }, heading, facts);
  };
  const rowsFor = (row, isOpen) => {
    const key = 'f-' + encoded(row.id);
    const toggle = el('button', { type: 'button', class: 'toggle', 'aria-expanded': String(isOpen), 'aria-controls': key + '-detail' }, row.title);
    const head = el('tr', { id: key, 'data-owner': row.owner },
      el('td', { class: 'c-severity' }, mark('sev', row.severity)),
      el('th', { scope: 'row', class: 'c-title' }, toggle, el('span', { class: 'detector' }, row.detector)),
      el('td', { class: 'c-identity' }, row.identity), el('td', { class: 'c-owner' }, row.owner), el('td', { class: 'c-project' }, row.project),
      el('td', { class: 'c-state' }, mark('state', row.state)), el('td', { class: 'c-age' }, el('time', { title: row.since }, row.ageText)));
    const detail = el('tr', { class: 'detail', id: key + '-detail', 'data-owner': row.owner }, el('td', { colspan: '7' }, el('div', { class: 'blocks' }, ...row.blocks.map(block), ...(beside(row.page) ? [el('p', { class: 'own' }, el('a', { href: row.page }, 'The page of this finding'))] : []))));
    detail.hidden = !isOpen;
    toggle.addEventListener('click', () => {
      const now = !state.open.has(row.id);
      if (now) state.open.add(row.id); else state.open.delete(row.id);
      toggle.setAttribute('aria-expanded', String(now));
      detail.hidden = !now;
      write();
    });
    return [head, detail];
  };

  // ── What is asked for, in the address ──
  const LISTS = ['severity', 'state'];
  const WORDS = ['q', 'detector', 'who', 'project'];
  const SORTS = ['severity', 'title', 'identity', 'owner', 'project', 'state', 'age'];
  const state = { severity: [], state: [], q: '', detector: '', who: '', project: '', owner: '', sort: '', dir: '', page: 1, open: new Set(), aim: '' };
  const read = () => {
    const hash = location.hash.slice(1);
    const asked = new URLSearchParams(hash.includes('=') ? hash : '');
    const [before] = [state.owner];
    for (const key of LISTS) state[key] = (asked.get(key) ?? '').split(',').filter((one) => one !== '');
    for (const key of WORDS) state[key] = asked.get(key) ?? '';
    state.owner = asked.get('owner') ?? '';
    state.sort = SORTS.includes(asked.get('sort')) ? asked.get('sort') : '';
    state.dir = asked.get('dir') === 'descending' ? 'descending' : 'ascending';
    state.page = Math.max(1, Number.parseInt(asked.get('page') ?? '1', 10) || 1);
    state.open = new Set((asked.get('open') ?? '').split(',').filter((one) => one !== ''));
    state.aim = '';
    if (hash.startsWith('f-')) {
      try { state.aim = decodeURIComponent(hash.slice(2)); } catch {}
      // A finding of another page of this table stands under the owner who was looking for it.
      if (before !== '' && rows.some((row) => row.id === state.aim && row.owner === before)) state.owner = before;
    }
  };
  const write = () => {
    const said = new URLSearchParams();
    if (state.owner !== '') said.set('owner', state.owner);
    for (const key of LISTS) if (state[key].length > 0) said.set(key, state[key].join(','));
    for (const key of WORDS) if (state[key] !== '') said.set(key, state[key]);
    if (state.sort !== '') { said.set('sort', state.sort); said.set('dir', state.dir); }
    if (state.page > 1) said.set('page', String(state.page));
    if (state.open.size > 0) said.set('open', [...state.open].join(','));
    const text = said.toString();
    try { history.replaceState(null, '', text === '' ? location.pathname + location.search : '#' + text); } catch {}
  };

  // ── Which rows, in which order ──
  let rows = [];
  let rest = {};
  const text = (row) => {
    row.text ??= JSON.stringify([row.title, row.detector, row.identity, row.owner, row.project, row.severity, row.state, row.id, row.blocks.map((one) => one.lines)]).toLowerCase();
    return row.text;
  };
  const chosen = () => {
    const words = state.q.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const found = rows.filter((row) =>
      (state.owner === '' || row.owner === state.owner) &&
      (state.severity.length === 0 || state.severity.includes(row.severity)) &&
      (state.state.length === 0 || state.state.includes(row.state)) &&
      (state.detector === '' || row.detector === state.detector) &&
      (state.who === '' || row.owner === state.who) &&
      (state.project === '' || row.project === state.project) &&
      words.every((word) => text(row).includes(word)));
    if (state.sort === '') return found;
    const sign = state.dir === 'descending' ? -1 : 1;
    // A worse severity is the greater one.
    const value = state.sort === 'severity' ? (row) => -SEVERITIES.indexOf(row.severity) : (row) => row[state.sort];
    return found.sort((a, b) => { const [m, n] = [value(a), value(b)]; return m < n ? -sign : m > n ? sign : a.at - b.at; });
  };

  // ── Drawing ──
  const table = byId('finding-table');
  const form = byId('filters');
  const pager = byId('pager');
  const count = (n, one, many) => n.toLocaleString('en') + ' ' + (n === 1 ? one : many ?? one + 's');
  const draw = (isPaper) => {
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    if (state.aim !== '') {
      const at = found.findIndex((row) => row.id === state.aim);
      if (at >= 0) { state.page = Math.floor(at / PAGE) + 1; state.open.add(state.aim); }
    }
    state.page = Math.min(state.page, pages);
    const shown = isPaper ? found.slice(0, ON_PAPER) : found.slice((state.page - 1) * PAGE, state.page * PAGE);
    table.tBodies[0].replaceChildren(...shown.flatMap((row) => rowsFor(row, state.open.has(row.id))));
    byId('found').textContent = (found.length === rows.length ? count(rows.length, 'finding') : found.length.toLocaleString('en') + ' of ' + count(rows.length, 'finding'))
      + (isPaper && found.length > shown.length ? '; printed are the first ' + shown.length : '');
    pager.hidden = pages === 1;
    pager.querySelector('span').textContent = 'Page ' + state.page + ' of ' + pages;
    const [previous, next] = pager.querySelectorAll('button');
    previous.disabled = state.page === 1;
    next.disabled = state.page === pages;
    for (const head of table.tHead.rows[0].cells) {
      if (head.dataset.sort === state.sort) head.setAttribute('aria-sort', state.dir);
      else head.removeAttribute('aria-sort');
    }
    for (const key of WORDS) form.elements[key].value = state[key];
    for (const key of LISTS) for (const box of form.querySelectorAll('input[name="' + key + '"]')) box.checked = state[key].includes(box.value);
  };

  // ── Cells, as shared/report/html/cell.ts writes them ──
  const span = (one) => {
    if (typeof one === 'string') return one;
    const [style, text, to] = one;
    const isConsole = to?.startsWith(CONSOLE) === true;
    const inner = isConsole ? el('a', { href: to, rel: 'noreferrer noopener' }, text) : beside(to) || to?.startsWith('#') === true ? el('a', { href: to }, text) : text;
    return style === '' ? inner : style === 'code' || style === 'time' ? el(style, {}, inner) : el('span', { class: style }, inner);
  };
  const cell = (one) => Array.isArray(one) ? one.map(span) : [el('ul', { class: 'plain' }, ...one.list.map((item) => el('li', {}, ...item.map(span))))];
  const restRow = ({ owner, cells }, heads) => el('tr', { class: 'rest', 'data-owner': owner }, ...cells.map((one, at) => at === 0
    ? el('th', { scope: 'row' }, ...cell(one))
    : el('td', { class: heads[at].className === '' ? undefined : heads[at].className }, ...cell(one))));

  // ── One owner's page ──
  const owners = JSON.parse(byId('owners-data').textContent);
  const view = byId('owner-view');
  const drawOwner = () => {
    const figures = Object.hasOwn(owners, state.owner) ? owners[state.owner] : undefined;
    root.toggleAttribute('data-owner-view', state.owner !== '');
    // Rows that the page had no room for: their owner's stand there while it is their page.
    for (const row of document.querySelectorAll('main tr.rest')) row.remove();
    if (state.owner !== '') for (const [id, more] of Object.entries(rest)) {
      const into = byId(id).querySelector('table');
      into.tBodies[0].append(...more.filter(({ owner }) => owner === state.owner).map((row) => restRow(row, into.tHead.rows[0].cells)));
    }
    for (const row of document.querySelectorAll('main tr[data-owner]'))
      if (!row.closest('#finding-table')) row.hidden = state.owner !== '' && row.dataset.owner !== state.owner;
    // A part that has nothing for this owner is left out, and so is its line in the contents.
    for (const section of document.querySelectorAll('main section.owner')) {
      if (section.id === 'findings') continue;
      section.hidden = state.owner !== '' && section.querySelector('tr[data-owner]:not([hidden])') === null;
      for (const entry of document.querySelectorAll('#contents a[href="#' + section.id + '"]')) entry.parentElement.hidden = section.hidden;
    }
    if (state.owner === '') { view.replaceChildren(); return; }
    const back = el('p', {}, el('a', { href: '#' }, 'The whole report'));
    if (figures === undefined) {
      view.replaceChildren(el('h2', {}, state.owner), el('p', {}, 'Nobody of this name answers for anything in this report.'), back);
      return;
    }
    const more = [figures.keysLeft > 0 ? count(figures.keysLeft, 'key') + ' left' : '', figures.reviewPending > 0 ? figures.reviewPending + ' to review' : ''].filter((one) => one !== '');
    view.replaceChildren(
      el('h2', {}, state.owner),
      el('p', {}, 'Your ' + count(figures.identities, 'identity', 'identities') + ', ' + (figures.toDo === 0 ? 'nothing to do' : figures.toDo + ' to do') + (more.length > 0 ? '; ' + more.join(', ') : '') + '.'),
      back);
  };
  const redraw = () => { drawOwner(); draw(false); };
  const aim = () => {
    if (state.aim === '') return false;
    const row = byId('f-' + encoded(state.aim));
    if (row === null) return false;
    row.classList.add('aim');
    row.scrollIntoView({ block: 'start' });
    row.querySelector('.toggle').focus({ preventScroll: true });
    return true;
  };
  const follow = () => {
    const before = state.owner;
    const hash = location.hash;
    if (hash !== '' && !hash.includes('=') && !hash.startsWith('#f-')) return;
    read();
    redraw();
    if (aim()) return;
    if (state.owner !== before) scrollTo(0, 0);
    else if (hash.includes('=')) byId('findings').scrollIntoView();
  };

  // ── Begin ──
  const unpacked = async (id) => {
    const island = byId(id);
    const bytes = Uint8Array.from(atob(JSON.parse(island.textContent).gzip), (character) => character.charCodeAt(0));
    island.remove();
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
  };
  rows = await unpacked('findings-data');
  rest = await unpacked('rest-data');
  rows.forEach((row, at) => { row.at = at; });
  addEventListener('hashchange', follow);
  if (table === null) { read(); drawOwner(); root.classList.add('js'); return; }
  byId('brief')?.remove();
  for (const head of table.tHead.rows[0].cells) {
    const button = el('button', { type: 'button' }, head.textContent);
    button.addEventListener('click', () => {
      const key = head.dataset.sort;
      // What is worst or oldest comes first at the first press.
      const first = key === 'severity' || key === 'age' ? 'descending' : 'ascending';
      const second = first === 'ascending' ? 'descending' : 'ascending';
      if (state.sort !== key) { state.sort = key; state.dir = first; }
      else if (state.dir === first) state.dir = second;
      else { state.sort = ''; }
      state.page = 1;
      state.aim = '';
      draw(false);
      write();
    });
    head.replaceChildren(button);
  }
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    for (const key of WORDS) state[key] = form.elements[key].value;
    for (const key of LISTS) state[key] = [...form.querySelectorAll('input[name="' + key + '"]:checked')].map((box) => box.value);
    state.page = 1;
    state.aim = '';
    draw(false);
    write();
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    for (const key of WORDS) state[key] = '';
    for (const key of LISTS) state[key] = [];
    state.page = 1;
    state.aim = '';
    draw(false);
    write();
  });
  for (const button of pager.querySelectorAll('button')) button.addEventListener('click', () => {
    state.page += Number(button.dataset.step);
    state.aim = '';
    draw(false);
    write();
    byId('findings').scrollIntoView();
  });
  matchMedia('print').addEventListener('change', ({ matches }) => draw(matches));
  addEventListener('beforeprint', () => draw(true));
  addEventListener('afterprint', () => draw(false));
  read();
  redraw();
  root.classList.add('js');
  if (!aim() && location.hash !== '') {
    if (!location.hash.includes('=')) byId(location.hash.slice(1))?.scrollIntoView();
    else if (state.owner === '') byId('findings').scrollIntoView();
  }
// Without what it takes (an old browser), the page stays as it would be without scripts.
})().catch(() => {});
`;
