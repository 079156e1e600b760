import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Every browser we support reads woff2: the woff copies of the font packages stay out of the build. */
const woff2Only: Plugin = {
  name: 'luytre:woff2-only',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('@fontsource') || !id.endsWith('.css')) return null
    return { code: code.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, ''), map: null }
  },
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [woff2Only, react()],
  server: { port: 5173, proxy: { '/api': 'http://localhost:8080' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: address would need an exception in the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'mantine', test: /node_modules\/@(mantine|floating-ui)\// },
            { name: 'libraries', test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next|zod)\// },
          ],
        },
      },
    },
  },
})
