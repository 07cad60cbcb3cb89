#include <stddef.h>
#include <string.h>

#include "report/html_parts.h"
#include "report/web.h"

void taut_html_page(const char *title, const char *body, const char *script,
                    const char *script_hash, taut_buffer *out) {
  taut_buffer license = {0};
  taut_html_escape(&license, taut_web_uplot_license);
  const struct {
    const char *name, *text;
  } parts[] = {{"title", title},
               {"body", body},
               {"uplot_license", license.data},
               {"uplot_js", taut_web_uplot_js},
               {"uplot_js_hash", taut_web_uplot_js_hash},
               {"uplot_css", taut_web_uplot_css},
               {"uplot_css_hash", taut_web_uplot_css_hash},
               {"script", script},
               {"script_hash", script_hash},
               {"report_css", taut_web_report_css},
               {"report_css_hash", taut_web_report_css_hash}};
  for (const char *c = taut_web_template; *c != '\0';) {
    const char *mark = strstr(c, "{{"), *end = mark != NULL ? strstr(mark, "}}") : NULL;
    taut_buffer_append(out, c, end != NULL ? (size_t)(mark - c) : strlen(c));
    if (end == NULL) break;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
      if (strlen(parts[i].name) != (size_t)(end - mark - 2)) continue;
      if (strncmp(parts[i].name, mark + 2, strlen(parts[i].name)) != 0) continue;
      taut_buffer_text(out, parts[i].text);
    }
    c = end + 2;
  }
  taut_buffer_fini(&license);
}
