/** What a test of a provider did and found, in order. */
export type Steps = { readonly ok: boolean; readonly text: string }[];
