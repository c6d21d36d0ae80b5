/** Every API of Google takes this scope; what may be done with it is decided by roles. */
const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * An access token of whoever this process runs as. `refused`: the token that was not taken, so that another is fetched in its place instead
 * of the one that is remembered. Rejects when no credentials can be had.
 */
export type AccessToken = (refused?: string) => Promise<string>;

/** By Application Default Credentials. The library is loaded with the first token, and remembers each for as long as it is good. */
export function googleToken(): AccessToken {
  let found: Promise<() => Promise<string | null | undefined>> | undefined;
  return async (refused) => {
    if (refused !== undefined) found = undefined;
    found ??= freshCredentials();
    try {
      const token = await (await found)();
      if (!token) throw new Error('the credentials give no access token');
      return token;
    } catch (error) {
      // The library remembers for good that it found nothing, be it for a second of trouble.
      found = undefined;
      throw error;
    }
  };
}

/**
 * The project on whose quota the credentials of a person are counted, as `gcloud auth application-default set-quota-project` noted it; service
 * accounts have none. Rejects when no credentials can be had.
 */
export async function quotaProject(): Promise<string | undefined> {
  return (await (await applicationDefault()).getClient()).quotaProjectId;
}

async function freshCredentials(): Promise<() => Promise<string | null | undefined>> {
  const auth = await applicationDefault();
  return () => auth.getAccessToken();
}

async function applicationDefault() {
  const { GoogleAuth } = await import('google-auth-library');
  // A token is of no project: named one, the library does not go and look for it, which takes seconds where `gcloud` is installed.
  return new GoogleAuth({ scopes: SCOPES, projectId: 'none' });
}
