import { z } from 'zod'

// zod compiles its parsers with `new Function`, which the content policy forbids. Imported before anything parses.
z.config({ jitless: true })
