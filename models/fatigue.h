/// Three-compartment muscle fatigue (3CC-r): active MA, fatigued MF and resting MR fractions of a
/// muscle.
///
///   dMA/dt = C - F MA      dMF/dt = F MA - Rr MF      MR = 1 - MA - MF
///   C = LD (TL - MA)  when MA < TL and MR > TL - MA
///     = LD MR         when MA < TL and MR <= TL - MA
///     = LR (TL - MA)  when MA >= TL
///
/// Source: Xia and Frey Law 2008 (J Biomech 41); recovery gain r: Looft, Herkert and Frey Law 2018
/// (J Biomech 77). "Rest", where Rr = r R instead of R, means TL == 0 here. An implementation that
/// asks for MA >= TL instead also recovers faster while a load is merely held.
///
/// All functions are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_FATIGUE_H
#define TAUT_MODELS_FATIGUE_H

/// LD and LR: how fast activation follows the target load [1/s].
#define TAUT_FATIGUE_DRIVE_PER_S 10.0

typedef struct taut_fatigue_params {
  double fatigue_per_s;   ///< F   [1/s]
  double recovery_per_s;  ///< R   [1/s]
  double rest_gain;       ///< r   [1], at least 1
} taut_fatigue_params;

/// Compartments as fractions of the whole muscle; MR is what is left, so that the sum is always 1.
typedef struct taut_fatigue {
  double active;    ///< MA [1]
  double fatigued;  ///< MF [1]
} taut_fatigue;

/// MR [1].
static inline double taut_fatigue_resting(const taut_fatigue *state) {
  return 1.0 - state->active - state->fatigued;
}

/// Moves the state by `dt_s` (0 < dt_s <= 0.02) under the target load `load` (0..1 of the
/// unfatigued maximum) with the classical Runge-Kutta rule of fourth order; the compartments stay
/// within [0, 1].
void taut_fatigue_step(const taut_fatigue_params *params, taut_fatigue *state, double load,
                       double dt_s);

/// Moves the state by `time_s` (any length) of rest, TL = 0, by the closed form
///   MA = MA0 e^(-(LR + F) t),  MF = MF0 e^(-r R t) + F MA0 (e^(-r R t) - e^(-(LR + F) t))/(LR + F
///   - r R)
/// so that resting a and then b seconds is resting a + b.
void taut_fatigue_rest(const taut_fatigue_params *params, taut_fatigue *state, double time_s);

/// Time for which a muscle that starts with MA = load can sustain it [s]:
/// ET = -(1/R) ln(1 - (R/F)(1 - TL)/TL). HUGE_VAL (infinity) at or below the critical load R/(R +
/// F).
double taut_fatigue_endurance_s(const taut_fatigue_params *params, double load);

#endif
