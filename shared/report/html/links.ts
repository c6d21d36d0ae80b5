import { type Html, html, type Part } from './markup.ts';

const CONSOLE = 'https://console.cloud.google.com/';

/** A link to the console of Google Cloud, where the address is one; else its text alone. */
export function webLink(url: string | undefined, text: Part): Html {
  return url === undefined || !isConsole(url)
    ? html`${text}`
    : html`<a href="${url}" rel="noreferrer noopener">${text}</a>`;
}

function isConsole(url: string): boolean {
  return url.startsWith(CONSOLE) && !/[\s"'<>\\]/.test(url);
}

/** To a finding of this page. */
export function findingLink(id: string, text: Part): Html {
  return html`<a href="#f-${encodeURIComponent(id.toWellFormed())}">${text}</a>`;
}

/** To this page as one owner has it. */
export function ownerLink(owner: string, text: Part = owner): Html {
  return html`<a href="#owner=${encodeURIComponent(owner.toWellFormed())}">${text}</a>`;
}

/** To the findings of this page that one detector made. */
export function detectorLink(detector: string, text: Part = detector): Html {
  return html`<a href="#detector=${encodeURIComponent(detector.toWellFormed())}">${text}</a>`;
}

/** Where the console shows a resource (full resource name), for the kinds that have a page of their own. */
export function consoleUrl(resource: string, project: string | undefined): string | undefined {
  const part = (name: string): string => encodeURIComponent(name.toWellFormed());
  const within = project === undefined ? '' : `?project=${part(project)}`;
  const [, of] = /^\/\/cloudresourcemanager\.googleapis\.com\/projects\/([^/]+)$/.exec(resource) ?? [];
  if (of !== undefined) return `${CONSOLE}iam-admin/iam?project=${part(of)}`;
  const [, bucket] =
    /^\/\/storage\.googleapis\.com\/(?:projects\/_\/buckets\/)?([^/]+)$/.exec(resource) ?? [];
  if (bucket !== undefined) return `${CONSOLE}storage/browser/${part(bucket)}`;
  const [, home, location, cluster] =
    /^\/\/container\.googleapis\.com\/projects\/([^/]+)\/(?:locations|zones)\/([^/]+)\/clusters\/([^/]+)/.exec(
      resource,
    ) ?? [];
  if (home !== undefined && location !== undefined && cluster !== undefined)
    return `${CONSOLE}kubernetes/clusters/details/${part(location)}/${part(cluster)}/details?project=${part(home)}`;
  const [, account] =
    /^\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/([^/]+)$/.exec(resource) ?? [];
  if (account !== undefined && project !== undefined)
    return `${CONSOLE}iam-admin/serviceaccounts/details/${part(account)}${within}`;
  return undefined;
}
