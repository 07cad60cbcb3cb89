/// Breathing as the fill of the lungs, 0 (breathed out) to 1 (breathed in). A full chest pushes the
/// diaphragm down and raises abdominal pressure.
///
/// Free breathing takes 40 % of the cycle to inhale. During a repetition the strategy decides:
/// exhale on effort (inhale when lowering), hold (breathe only between repetitions), or free (no
/// coordination). All functions are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_BREATHING_H
#define TAUT_MODELS_BREATHING_H

#define TAUT_BREATHING_STRATEGY_MAP(X) \
  X(EXHALE_ON_EFFORT, "exhale_on_effort") X(HOLD, "hold") X(FREE, "free")
enum {
#define TAUT_BREATHING_ENUM(name, label) TAUT_BREATHING_##name,
  TAUT_BREATHING_STRATEGY_MAP(TAUT_BREATHING_ENUM)
#undef TAUT_BREATHING_ENUM
      TAUT_BREATHING_STRATEGY_COUNT
};

/// Part of a repetition as far as breathing cares.
enum {
  TAUT_BREATHING_NO_REP,
  TAUT_BREATHING_EFFORT,
  TAUT_BREATHING_LOWERING,
  TAUT_BREATHING_BETWEEN
};

typedef struct taut_breathing {
  double lungs;        ///< 0..1
  double is_inhaling;  ///< 0 or 1
  double is_held;      ///< 0 or 1
  double n_breaths;    ///< completed inhalations since the start
} taut_breathing;

/// Moves the lungs by dt_s. `period_s` is the cycle of free breathing.
void taut_breathing_step(taut_breathing *breathing, int strategy, int part, double period_s,
                         double dt_s);

#endif
