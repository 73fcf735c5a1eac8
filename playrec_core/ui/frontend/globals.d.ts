// What the app's scripts keep on elements of the page, and what TypeScript's DOM lacks (tsconfig.json).

interface Element {
  /** HTML and SVG elements both have it. */
  readonly dataset: DOMStringMap
}

interface HTMLCanvasElement {
  /** Colour in which the density was drawn. */
  ink?: string
}

interface Navigator {
  /** https://wicg.github.io/savedata/, not in every browser. */
  readonly connection?: { readonly saveData: boolean }
}
