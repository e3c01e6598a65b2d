/**
 * Overlays: help, the palette, a line to type in, a choice. They replace a screen or take its keys.
 */
import type { Input } from "../components/input.ts"

/** Something to choose from by its number. */
interface Choosing {
  readonly cursor: number
}

export type Overlay =
  | { readonly kind: "help"; readonly top: number }
  | { readonly kind: "banners" }
  | { readonly kind: "palette"; readonly input: Input; readonly cursor: number }
  | { readonly kind: "filter"; readonly input: Input; readonly before: string }
  | { readonly kind: "definition"; readonly of: string }
  | { readonly kind: "zone"; readonly input: Input; readonly error: string | null }
  | ({ readonly kind: "export" } & Choosing)
  | ({ readonly kind: "presets" } & Choosing)
  | {
      readonly kind: "range"
      readonly field: "from" | "to"
      readonly from: Input
      readonly to: Input
      readonly error: string | null
    }
  /** `cursor` is a day; `from` is the first day of the window, once it is chosen. */
  | { readonly kind: "calendar"; readonly cursor: number; readonly from: number | null }
