import { projectOfEmail } from '../../model/asset.ts';
import { type Html, html, type Part } from './markup.ts';

const CONSOLE = 'https://console.cloud.google.com/';

/** A link to the console of Google Cloud, where the address is one; else its text alone. */
export function webLink(url: string | undefined, text: Part): Html {
  return url === undefined || !isConsole(url)
    ? html`${text}`
    : html`<a href="${url}" rel="noreferrer noopener">${text}</a>`;
}

export function isConsole(url: string): boolean {
  return url.startsWith(CONSOLE) && !/[\s"'<>\\]/.test(url);
}

/**
 * Where the links of a page lead. In a file all lead into the page itself. In the console each finding, identity and owner has a page of its
 * own: the addresses are relative, because the console stands at `/` in the cloud and below a function's name on loopback.
 */
export class Ways {
  /** Of a report in a file. */
  static readonly FILE = new Ways(undefined);

  /** From the page to the console's first one: `./`, `../`; undefined in a file. */
  readonly root: string | undefined;

  private constructor(root: string | undefined) {
    this.root = root;
  }

  /** Of a page of the console, `depth` folders below the first one. */
  static inConsole(depth: number): Ways {
    return new Ways(depth === 0 ? './' : '../'.repeat(depth));
  }

  /** `place`: where in the report, without the `#`. */
  report(text: Part, place = ''): Html {
    return html`<a href="${this.root ?? ''}#${place}">${text}</a>`;
  }

  finding(id: string, text: Part): Html {
    return html`<a href="${this.toFinding(id)}">${text}</a>`;
  }

  toFinding(id: string): string {
    return this.root === undefined ? `#f-${encoded(id)}` : `${this.root}finding/${encoded(id)}`;
  }

  owner(owner: string, text: Part = owner): Html {
    return html`<a href="${this.root === undefined ? `#owner=${encoded(owner)}` : `${this.root}owner/${encoded(owner)}`}">${text}</a>`;
  }

  /** A file has no page of an identity: there it is its text. */
  identity(id: string, text: Part): Html {
    const to = this.toIdentity(id);
    return to === undefined ? html`${text}` : html`<a href="${to}">${text}</a>`;
  }

  toIdentity(id: string): string | undefined {
    return this.root === undefined ? undefined : `${this.root}identity/${encoded(id)}`;
  }

  /** To the findings that one detector made. */
  detector(detector: string, text: Part = detector): Html {
    return this.report(text, `detector=${encoded(detector)}`);
  }
}

function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

/** Where the console of Google Cloud shows a service account: its page by its unique id, else the list of its project. */
export function accountUrl(email: string, uniqueId: string | undefined): string | undefined {
  const project = projectOfEmail(email);
  if (project === undefined) return undefined;
  const page = uniqueId === undefined ? '' : `/details/${encoded(uniqueId)}`;
  return `${CONSOLE}iam-admin/serviceaccounts${page}?project=${encoded(project)}`;
}

/** Where it shows the keys of a service account. */
export function keysUrl(email: string, uniqueId: string | undefined): string | undefined {
  return accountUrl(email, uniqueId)?.replace(/(\/details\/[^?]+)/, '$1/keys');
}

/** Where it shows a file of the policy that lies in a bucket. */
export function policyUrl(file: string): string | undefined {
  const [, bucket, object] = /^gs:\/\/([^/]+)\/(.+)$/.exec(file) ?? [];
  if (bucket === undefined || object === undefined) return undefined;
  return `${CONSOLE}storage/browser/_details/${encoded(bucket)}/${object.split('/').map(encoded).join('/')}`;
}

/** Pages of the console by full resource name: what the name must look like, and where its parts go. `project`: of the finding. */
const PAGES: readonly (readonly [
  RegExp,
  (parts: readonly string[], project?: string) => string | undefined,
])[] = [
  [
    /^\/\/cloudresourcemanager\.googleapis\.com\/projects\/([^/]+)$/,
    ([project]) => `iam-admin/iam?project=${project}`,
  ],
  [
    /^\/\/cloudresourcemanager\.googleapis\.com\/folders\/(\d+)$/,
    ([folder]) => `iam-admin/iam?folder=${folder}`,
  ],
  [
    /^\/\/cloudresourcemanager\.googleapis\.com\/organizations\/(\d+)$/,
    ([organization]) => `iam-admin/iam?organizationId=${organization}`,
  ],
  [
    /^\/\/storage\.googleapis\.com\/(?:projects\/_\/buckets\/)?([^/]+)$/,
    ([bucket]) => `storage/browser/${bucket}`,
  ],
  [
    /^\/\/container\.googleapis\.com\/projects\/([^/]+)\/(?:locations|zones)\/([^/]+)\/clusters\/([^/]+)/,
    ([project, location, cluster]) =>
      `kubernetes/clusters/details/${location}/${cluster}/details?project=${project}`,
  ],
  [
    /^\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/([^/]+)$/,
    ([account], project) =>
      project === undefined
        ? undefined
        : `iam-admin/serviceaccounts/details/${account}?project=${encoded(project)}`,
  ],
  [
    /^\/\/pubsub\.googleapis\.com\/projects\/([^/]+)\/topics\/([^/]+)$/,
    ([project, topic]) => `cloudpubsub/topic/detail/${topic}?project=${project}`,
  ],
  [
    /^\/\/secretmanager\.googleapis\.com\/projects\/([^/]+)\/secrets\/([^/]+)$/,
    ([project, secret]) => `security/secret-manager/secret/${secret}/versions?project=${project}`,
  ],
];

/** Where the console shows a resource (full resource name), for the kinds that have a page of their own. */
export function consoleUrl(resource: string, project: string | undefined): string | undefined {
  for (const [pattern, pathOf] of PAGES) {
    const parts = pattern.exec(resource)?.slice(1);
    const path = parts === undefined ? undefined : pathOf(parts.map(encoded), project);
    if (path !== undefined) return `${CONSOLE}${path}`;
  }
  return undefined;
}
