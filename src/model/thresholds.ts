/** How long before a certificate ends somebody is told. */

/** A time, or a part of the certificate's own lifetime. */
export type Span =
  | { readonly milliseconds: number }
  /** Between 0 and 1. */
  | { readonly share: number };

export interface Window {
  readonly warnBefore: Span;
  readonly failBefore: Span;
}

/** Windows of certificates whose file has a name. */
export interface WindowOverride extends Partial<Window> {
  /** A path on the node; `*` stands for anything but a slash, `**` for anything. */
  readonly file: string;
}

export interface Thresholds {
  readonly leaf: Window;
  readonly authority: Window;
  /** The last that names a file decides. */
  readonly overrides: readonly WindowOverride[];
}
