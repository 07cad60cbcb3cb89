/// What report.html is made of, embedded when Taut is built (cmake/taut_web_embed.cmake): texts
/// that end with NUL, and the hashes by which a content policy admits each, "sha256-...".
#ifndef TAUT_REPORT_WEB_H
#define TAUT_REPORT_WEB_H

extern const char taut_web_template[], taut_web_uplot_license[];
extern const char taut_web_uplot_js[], taut_web_uplot_js_hash[];
extern const char taut_web_uplot_css[], taut_web_uplot_css_hash[];
extern const char taut_web_report_js[], taut_web_report_js_hash[];
extern const char taut_web_population_js[], taut_web_population_js_hash[];
extern const char taut_web_report_css[], taut_web_report_css_hash[];

#endif
