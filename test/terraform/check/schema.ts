/** The type of a value as far as a provider's types tell it; `any` where they do not. */
export type ValueType = 'string' | 'number' | 'bool' | 'any' | readonly ['list' | 'map', ValueType];

export interface Attribute {
  readonly type: ValueType | BlockSchema;
  /** May be set; what may not is only read. */
  readonly settable: boolean;
  readonly required: boolean;
}

export interface NestedBlock {
  readonly block: BlockSchema;
  readonly required: boolean;
  readonly many: boolean;
}

/** What may stand in a block, and what can be read of it, by Terraform's names. */
export interface BlockSchema {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: ReadonlyMap<string, NestedBlock>;
}

/** What a provider has. */
export interface ProviderSchema {
  /** `undefined`: it has none such. */
  readonly resource: (type: string) => BlockSchema | undefined;
  readonly data: (type: string) => BlockSchema | undefined;
}
