/**
 * The colour and the filling of each category.
 *
 * Source   docs/definitions.md names them
 */
import type { Category } from "@dwell/core/Category"
import type { Ink } from "@dwell/terminal/style"

/** The fillings distinguish the categories where there are no colours. */
export const categoryStyles: Readonly<Record<Category, { readonly ink: Ink; readonly filling: string }>> = {
  handling: { ink: "green", filling: "█" },
  afterCall: { ink: "cyan", filling: "▓" },
  available: { ink: "blue", filling: "▒" },
  idle: { ink: "yellow", filling: "░" },
  other: { ink: "magenta", filling: "▚" },
  offline: { ink: "dim", filling: " " },
}
