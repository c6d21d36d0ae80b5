export { VERSION } from '../functions/version.ts';
