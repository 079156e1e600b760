import { Button } from '@mantine/core'
import { IconCheck, IconLanguage } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { changeMyLanguage } from 'luytre/platform/identity/identity.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '#platform/call/call.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import { problemText } from '#platform/call/problem-text.ts'
import { languageNames, languages, type Language } from '#platform/i18n/languages.ts'
import { showLanguage } from '#platform/i18n/texts.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { sessionQuery, useMaybeMe } from '#platform/session/session.ts'
import classes from '#shell/MeMenu.module.css'
import { Popup } from '#ui/Popup.tsx'

export function LanguageMenu() {
  const { t } = useTranslation()
  const current = useLanguage()
  const me = useMaybeMe()
  const queries = useQueryClient()
  const [hasFailed, setHasFailed] = useState(false)

  const choose = async (language: Language, close: () => void): Promise<void> => {
    setHasFailed(false)
    try {
      await showLanguage(language)
    } catch {
      return setHasFailed(true)
    }
    close()
    if (!me || me.language === language) return
    // The page has switched already; keeping it with the account may take its time, and may fail without harm.
    queries.setQueryData(sessionQuery.queryKey, known => known && { ...known, me: { ...me, language } })
    await call(changeMyLanguage, { body: { language } }).catch(() => undefined)
  }

  return (
    <Popup
      button={opens => (
        <Button
          variant="subtle"
          color="gray"
          px={8}
          aria-label={`${t('shell.language')}: ${languageNames[current]}`}
          leftSection={<IconLanguage size={18} aria-hidden />}
          styles={{ section: { marginInlineEnd: 6 } }}
          {...opens}
        >
          {current.toUpperCase()}
        </Button>
      )}
    >
      {close => (
        <>
          <ul>
            {languages.map(language => (
              <li key={language}>
                <button type="button" lang={language} aria-pressed={language === current} onClick={() => void choose(language, close)}>
                  <IconCheck size={17} aria-hidden style={{ visibility: language === current ? 'visible' : 'hidden' }} />
                  {languageNames[language]}
                </button>
              </li>
            ))}
          </ul>
          {hasFailed && (
            <p className={classes.refusal} role="alert">
              {problemText(new CallProblem(0, 'network'))}
            </p>
          )}
        </>
      )}
    </Popup>
  )
}
