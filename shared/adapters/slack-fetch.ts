import type { FetchFunction } from '@slack/web-api';
import { NetworkFailure } from './network-failure.ts';

/** `fetch`, with failures that say in one word what went wrong: the client drops the causes it does not know. */
export const plainFetch: FetchFunction = async (url, init) => {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new NetworkFailure(error);
  }
};
