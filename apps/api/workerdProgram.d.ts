// The package has no types of its own; this is how vitest gives it.
declare module "workerd" {
  /** Where the program is. */
  const program: string
  export default program
  /** The latest compatibility date it knows. */
  export const compatibilityDate: string
}
