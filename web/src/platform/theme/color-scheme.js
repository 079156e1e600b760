// Sets light or dark before the first paint. A file of its own, because the content policy allows no inline script.
try {
  var chosen = localStorage.getItem('luytre.color-scheme')
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
} catch {
  document.documentElement.setAttribute('data-mantine-color-scheme', 'light')
}
