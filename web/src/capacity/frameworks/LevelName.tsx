import type { FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useTranslation } from 'react-i18next'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** "Level 2 · Independent", the name where the framework gives one. */
export function LevelName({ framework, level }: { framework: Pick<FrameworkSummary, 'levels'>; level: number | null }) {
  const { t } = useTranslation('frameworks')
  if (level === null) return null
  const name = framework.levels.find(one => one.level === level)?.name
  return (
    <>
      {t('framework.neededLevel', { level })}
      {name && (
        <>
          {' · '}
          <TranslatedText text={name} />
        </>
      )}
    </>
  )
}
