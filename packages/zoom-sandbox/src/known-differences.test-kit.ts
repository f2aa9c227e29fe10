/** Where the sandbox differs from Zoom's descriptions on purpose, and why. */
export const knownDifferences: readonly { readonly matches: RegExp; readonly why: string }[] = [
  {
    matches: /^(POST|PATCH|DELETE) \/roles\S* answered 20[14]; documented are/,
    why: "The description puts an error's text under 200; live clients saw 201 and 204 (zoom-api.md 4.5).",
  },
];
