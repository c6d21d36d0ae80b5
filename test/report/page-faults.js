// What a checker of accessibility would say, as far as the page of the report can do it wrong. Runs in the page.
(() => {
  const found = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  if (all('h1').length !== 1) found.push('not one h1');
  let level = 0;
  for (const heading of all('h1, h2, h3, h4, h5')) {
    const own = Number(heading.tagName.slice(1));
    if (own > level + 1) found.push(`${heading.tagName} after h${level}: ${heading.textContent}`);
    level = own;
    if (heading.textContent?.trim() === '') found.push('an empty heading');
  }
  for (const table of all('table')) {
    if (table.querySelector('caption') === null) found.push('a table without a caption');
    for (const head of table.querySelectorAll('th'))
      if (!['col', 'row'].includes(head.scope)) found.push(`th without scope: ${head.textContent}`);
  }
  for (const field of all('input, select'))
    if ((field.labels?.length ?? 0) === 0) found.push(`a field without a label: ${field.outerHTML}`);
  for (const named of all('a, button, summary, [role="region"], [role="img"], nav, form'))
    if ((named.getAttribute('aria-label') ?? named.textContent ?? '').trim() === '')
      found.push(`without a name: ${named.outerHTML}`);
  for (const section of all('section'))
    if (document.getElementById(section.getAttribute('aria-labelledby') ?? '') === null)
      found.push(`section without a name: ${section.id}`);
  const ids = all('[id]').map(({ id }) => id);
  if (new Set(ids).size !== ids.length) found.push('an id twice');
  for (const svg of document.querySelectorAll('svg'))
    if (svg.getAttribute('role') !== 'img' && svg.getAttribute('aria-hidden') !== 'true')
      found.push('a drawing without a role');
  for (const controlled of all('[aria-controls]'))
    if (document.getElementById(controlled.getAttribute('aria-controls')) === null)
      found.push('aria-controls leads nowhere');
  for (const link of all('a[href^="#"]')) {
    const target = link.getAttribute('href').slice(1);
    if (
      target !== '' &&
      !target.includes('=') &&
      !target.startsWith('f-') &&
      document.getElementById(target) === null
    )
      found.push(`a link leads nowhere: ${target}`);
  }
  for (const list of all('ul, ol'))
    for (const child of list.children) if (child.tagName !== 'LI') found.push(`${child.tagName} in a list`);
  for (const scroll of all('.scroll'))
    if (scroll.tabIndex !== 0) found.push('scrolls, but not by the keyboard');
  return found;
})();
