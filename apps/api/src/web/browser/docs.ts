/**
 * Loads and starts Swagger UI.
 */
interface Settings {
  readonly url: string
  readonly dom_id: string
  readonly deepLinking: boolean
  readonly validatorUrl: null
}

declare global {
  interface Window {
    readonly SwaggerUIBundle?: (settings: Settings) => unknown
  }
}

const load = (src: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = src
    script.addEventListener("load", () => resolve())
    script.addEventListener("error", () => reject(new Error(`${src} did not load`)))
    document.head.append(script)
  })

await load("/assets/swagger/swagger-ui-bundle.js")
// The hash of a problem is not one of an operation.
const deepLinking = location.hash === "" || location.hash.startsWith("#/")
window.SwaggerUIBundle?.({ url: "/openapi.json", dom_id: "#reference", deepLinking, validatorUrl: null })
