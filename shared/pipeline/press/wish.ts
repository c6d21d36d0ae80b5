import {
  ACTIONS,
  MODALS,
  parsePressedValue,
  parseRequestValue,
  parseSnoozeValue,
} from '../../alerts/actions.ts';
import type { IntentKind, Pressed } from '../../model/decision.ts';
import type { Press } from '../../slack/interaction.ts';

/** The dialogues there are, by their `callback_id`. */
export type Callback = (typeof MODALS)[keyof typeof MODALS]['callback'];

/** What a press is for. */
export type Wish =
  | { readonly kind: 'intent'; readonly about: Pressed; readonly asks: IntentKind }
  | { readonly kind: 'dialogue'; readonly about: Pressed; readonly callback: Callback }
  | { readonly kind: 'nothing'; readonly why: string }
  /** A button of ours that carries what this version cannot read. */
  | { readonly kind: 'unreadable' };

export function wishOf({ action, value }: Pick<Press, 'action' | 'value'>): Wish {
  switch (action) {
    case ACTIONS.acknowledge:
    case ACTIONS.explain: {
      const about = parsePressedValue(value);
      return about === undefined ? UNREADABLE : { kind: 'intent', about, asks: { kind: action } };
    }
    case ACTIONS.snooze: {
      const read = parseSnoozeValue(value);
      if (read === undefined) return UNREADABLE;
      return { kind: 'intent', about: read.about, asks: { kind: 'snooze', length: read.length } };
    }
    case ACTIONS.approveException:
    case ACTIONS.rejectException: {
      const read = parseRequestValue(value);
      if (read === undefined) return UNREADABLE;
      return { kind: 'intent', about: read.about, asks: { kind: action, request: read.request } };
    }
    case ACTIONS.except:
    case ACTIONS.falsePositive: {
      const about = parsePressedValue(value);
      const { callback } = action === ACTIONS.except ? MODALS.except : MODALS.falsePositive;
      return about === undefined ? UNREADABLE : { kind: 'dialogue', about, callback };
    }
    case ACTIONS.console:
      return { kind: 'nothing', why: 'it was a link' };
    default:
      return { kind: 'nothing', why: 'no button of ours' };
  }
}

const UNREADABLE: Wish = { kind: 'unreadable' };
