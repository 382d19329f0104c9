// Converts a ConstFst to OpenFst's olabel_lookahead, which Vosk composes with fastest, and tells
// which output label became which: lookahead IN.fst OUT.fst PAIRS.txt
#include <fst/fstlib.h>
#include <fst/matcher-fst.h>

DECLARE_string(save_relabel_opairs);

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  FLAGS_save_relabel_opairs = argv[3];
  std::unique_ptr<fst::StdFst> plain(fst::StdFst::Read(argv[1]));
  if (!plain) return 1;
  fst::StdOLabelLookAheadFst graph(*plain);
  return graph.Write(argv[2]) ? 0 : 1;
}
