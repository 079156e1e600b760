// Which texts are there, and which language is shown. Texts come over a network, in any order and sometimes not at all:
// a language is shown only once every part that somebody asked for by then is there.

interface TextPartsOptions<Part, Language> {
  /** There from the start. */
  first: Part
  load: (part: Part, language: Language) => Promise<void>
  show: (language: Language) => Promise<void>
}

export function createTextParts<Part extends string, Language extends string>({ first, load, show }: TextPartsOptions<Part, Language>) {
  const loaded = new Map<string, Promise<void>>()
  const parts = new Set<Part>([first])
  let shown: Language | undefined
  /** Chosen last; the page is about to be shown in it. */
  let wanted: Language | undefined

  /** Once each, unless it failed: a network that was broken may be whole the next time. */
  function loadOnce(part: Part, language: Language): Promise<void> {
    const key = `${part}-${language}`
    const known = loaded.get(key)
    if (known) return known
    const texts = load(part, language).catch((error: unknown) => {
      loaded.delete(key)
      throw error
    })
    loaded.set(key, texts)
    return texts
  }

  /** Until nothing is missing: a page may ask for more while this waits. */
  async function loadParts(language: Language): Promise<void> {
    const got = new Set<Part>()
    while (got.size < parts.size) {
      const missing = [...parts].filter(part => !got.has(part))
      await Promise.all(missing.map(part => loadOnce(part, language)))
      for (const part of missing) got.add(part)
    }
  }

  return {
    /** Before a page is drawn that needs them. */
    async loadPart(part: Part): Promise<void> {
      parts.add(part)
      const needed = [...new Set([shown, wanted])].filter(language => language !== undefined)
      await Promise.all(needed.map(loadParts))
    },
    /** Of two quick choices the later one stays, whichever texts come first. */
    async showLanguage(language: Language): Promise<void> {
      wanted = language
      try {
        await loadParts(language)
      } catch (error) {
        if (wanted === language) wanted = shown
        throw error
      }
      if (wanted !== language) return
      await show(language)
      shown = language
    },
  }
}
