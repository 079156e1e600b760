import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import '#platform/theme/fonts.ts'
import '#platform/theme/global.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { noticeAttendance } from '#platform/call/attended.ts'
import { watchPageCode } from '#platform/call/page-code.ts'
import { startTexts } from '#platform/i18n/texts.ts'
import { App } from '#shell/App.tsx'

watchPageCode()
noticeAttendance()
await startTexts()
// Slices by character, loaded as needed: names may be Japanese on a Vietnamese page.
void import('#platform/theme/fonts-ja.ts')

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
