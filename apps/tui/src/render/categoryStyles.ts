/**
 * How categories look.
 *
 * Source   docs/definitions.md names them
 */
import type { Category } from "@dwell/core/Category"
import type { Ink } from "@dwell/terminal/style"

/** Colour and filling of each category; the fillings tell them apart where there are no colours. */
export const looks: Readonly<Record<Category, { readonly ink: Ink; readonly filling: string }>> = {
  handling: { ink: "green", filling: "█" },
  afterCall: { ink: "cyan", filling: "▓" },
  available: { ink: "blue", filling: "▒" },
  idle: { ink: "yellow", filling: "░" },
  other: { ink: "magenta", filling: "▚" },
  offline: { ink: "dim", filling: " " },
}
