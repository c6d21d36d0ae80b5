import { decodeActivity, isActivity } from '../activity.ts';
import { type DecodeContext, ignored, malformed } from '../answer.ts';
import { decodePush } from '../decode.ts';
import { isObject } from '../fields.ts';
import type { Intent } from '../intent.ts';
import { decodeManifest, isManifest } from '../manifest/decode-manifest.ts';
import { decodeTerraform } from '../terraform/decode-terraform.ts';
import { isTerraform } from '../terraform/plan.ts';
import type { InputItem } from './item.ts';

export interface ValueRead extends Intent {
  /** Whether this is how somebody wants things to be (manifest, plan), and not a message about how they are. */
  readonly isIntent: boolean;
}

/**
 * Decodes one value of a file, told by content. Beside messages, files hold manifests and what `terraform show -json` prints. Those are read
 * from here only: what is pushed to us is about what happened, and nobody's wish must pass for that. Nor must anybody's word that nothing
 * happened, which Activity Analyzer gives to those who ask it. Never throws.
 */
export function decodeValue(
  { value, syntax }: Pick<Extract<InputItem, { value: unknown }>, 'value' | 'syntax'>,
  context: DecodeContext,
): ValueRead {
  if (isTerraform(value)) return { ...decodeTerraform(value, context), isIntent: true };
  if (isManifest(value)) return { ...decodeManifest(value, context), isIntent: true };
  if (isStateFile(value)) {
    const decoded = [
      malformed('terraform: a state file as it is stored; give what terraform show -json prints'),
    ];
    return { decoded, notes: [], isIntent: true };
  }
  if (isActivity(value)) return { decoded: [decodeActivity(value, context)], notes: [], isIntent: false };
  if (syntax === 'yaml' && !isMessage(value))
    return { decoded: [ignored('YAML that is no Kubernetes object')], notes: [], isIntent: true };
  return { decoded: [decodePush(value, context)], notes: [], isIntent: false };
}

function isStateFile(value: unknown): boolean {
  return isObject(value) && typeof value.lineage === 'string' && typeof value.serial === 'number';
}

/** `gcloud` prints messages as YAML too, when asked for no other format. */
function isMessage(value: unknown): boolean {
  return (
    isObject(value) && ['assetType', 'asset_type', 'protoPayload', 'logName'].some((name) => name in value)
  );
}
