/** Controls, format characters (bidi, zero width), lone surrogates, private use, and what fonts draw as nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

/** One line of visible characters, at most `max` long: names come from the cloud, and a drawing must not hide what they are. */
export function visible(text: string, max: number): string {
  const line = text.replace(/\s+/gu, ' ').replace(INVISIBLE, '�').trim();
  const characters = [...line];
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join('')}…`;
}
