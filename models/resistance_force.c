// Retraction limiter and force to torque: the part of the controller that runs at the fast rate.
#include "models/resistance.h"
#include "taut/math.h"

double taut_resistance_spool_force(const taut_resistance_state *s, double handle_n,
                                   double direction) {
  // Pulleys help the machine to hold while paying out and cost it while retracting (eq. 15).
  double loss = 1.0 - s->p.pulley_efficiency;
  double share = direction > 0.0 ? -direction * loss : -direction * loss / s->p.pulley_efficiency;
  return handle_n * (1.0 + share);
}

// Fades the force out as the retraction speed nears the limit and pays out beyond it (eq. 14). The
// speed is predicted over the delay of the torque path, else a free rotor runs past the limit.
static double limit_retraction(const taut_resistance_state *s, const taut_resistance_side *side) {
  if (s->p.defects & TAUT_RESISTANCE_NO_RETRACTION_LIMIT) return side->command_n;
  double speed = side->observer.speed_m_s + s->p.limiter_lead_s * side->observer.acceleration_m_s2;
  double room = side->speed_limit_m_s + speed;
  double slope = side->command_n / s->p.limiter_band_m_s;
  if (slope < s->p.limiter_gain_ns_m) slope = s->p.limiter_gain_ns_m;
  double limit = slope * room;
  if (limit < -s->p.pay_out_max_n) limit = -s->p.pay_out_max_n;
  return limit < side->command_n ? limit : side->command_n;
}

void taut_resistance_force(taut_resistance_state *s, taut_resistance_side *side,
                           const taut_resistance_side_input *in, taut_resistance_side_output *out) {
  const taut_resistance_params *p = &s->p;
  side->iq_expected_a += s->iq_share * (side->iq_command_a - side->iq_expected_a);
  if (!side->has_torque) {
    side->force_n = side->iq_command_a = 0.0;
    out->torque_command_nm = out->current_ceiling_a = 0.0;
    return;
  }
  side->force_n = limit_retraction(s, side);

  // Set-point at the handle to torque on the spool: pulleys, dry and viscous friction (eq. 15, 16).
  double speed = side->observer.speed_smooth_m_s;
  double direction = taut_clamp(speed / p->friction_blend_m_s, -1.0, 1.0);
  double spool_n = side->force_n;
  if (spool_n > 0.0) spool_n = taut_resistance_spool_force(s, spool_n, direction);
  // A cable that hangs slack while the spool stands still: dry friction holds what the set-point
  // cannot break loose, so it is compensated towards taking up.
  double still = 1.0 - (direction < 0.0 ? -direction : direction);
  double slack = taut_clamp(2.0 - 4.0 * side->load_cell_slow_n / (side->force_n + 1e-9), 0.0, 1.0);
  if (side->force_n > 0.0) direction -= still * slack;
  double torque = spool_n * p->spool_radius_m * (1.0 + side->trim) - p->friction_nm * direction -
                  p->viscous_nm_s * speed / p->spool_radius_m;
  if (p->cogging_nm > 0.0) {
    torque -= p->cogging_nm * taut_sin(p->cogging_per_turn * in->encoder_angle_rad);
  }

  // The drive's ceiling follows the prescription, not the spotter, so that the limiter can brake.
  double most_n = side->law_n > side->load_n ? side->law_n : side->load_n;
  if (most_n < side->command_n) most_n = side->command_n;  // on its way down to less
  if (most_n < p->idle_n) most_n = p->idle_n;
  double ceiling = 1.25 * most_n / s->force_per_a + 1.0;
  double torque_max = ceiling * p->kt_nm_a;
  if (torque_max > p->torque_max_nm) torque_max = p->torque_max_nm;
  torque = taut_clamp(torque, -torque_max, torque_max);
  side->iq_command_a = torque / p->kt_nm_a;
  out->torque_command_nm = torque;
  out->current_ceiling_a = ceiling < 100.0 ? ceiling : 100.0;
}
